"""Generated posts and a made-up rule of what makes them go viral: no post, account or person is real."""

import math
import random
from datetime import UTC, datetime, timedelta

import pandas as pd

SEED = 20261121

SUBCATEGORIES = {
    "comedy": ("skits", "pranks", "stand-up"),
    "education": ("science", "languages", "history"),
    "fitness": ("home workouts", "running"),
    "food": ("baking", "recipes", "street food"),
    "music": ("covers", "production"),
    "travel": ("cities", "hiking"),
}

_APPEAL = {"comedy": 0.7, "education": 0.0, "fitness": -0.2, "food": 0.5, "music": 0.2, "travel": -0.4}

_HOOKS = (
    "Nobody told me this about {topic}",
    "Wait for the end",
    "{topic} in 30 seconds",
    "Why does everyone get {topic} wrong?",
    "I tried {topic} every day for a month, and this is what changed",
    "Stop scrolling!",
    "POV: your first time with {topic}",
    "Did you know? {topic} was never meant to work like this!",
)

_CAPTIONS = (
    "Part {number} of many 🎬",
    'She said "never again", and then did it again',
    "Save this for later, share it with a friend, and tell me what you think",
    "First try!\nSecond try was worse 😂",
    "Ingredients, gear and music are all in the comments",
    "¿Qué opinas? Я так не умею, 你呢?",
    "No filter; no budget; no idea what I am doing",
    "Long story short:\r\nit worked 🔥🔥",
    "One take, {number} spectators, zero regrets!!!",
    "",
)
"""Quotes, commas, line breaks and emoji on purpose: what captions are like, and what files with captions trip over."""

_TAGS = ("fyp", "viral", "learnontiktok", "foodie", "travelgram", "newmusic", "workout", "lol", "science", "diy")

_MISSING_SHARE = 0.03
_SHORT_HOOK = 35
_EVENING = range(17, 23)
_FIRST_UPLOAD = datetime(2026, 1, 1, tzinfo=UTC)


def posts(count: int, seed: int = SEED) -> tuple[pd.DataFrame, pd.Series]:
    """Draws posts, and for each a virality from 0 to 1 that follows a made-up rule with noise.

    The same count and seed give the same posts.
    """
    chance = random.Random(seed)  # noqa: S311 - data, no secret
    rows = [_post(chance, number) for number in range(1, count + 1)]
    virality = [_virality(chance, row) for row in rows]
    return pd.DataFrame(rows), pd.Series(virality, name="virality")


def _post(chance: random.Random, number: int) -> dict[str, object]:
    category = chance.choice(list(SUBCATEGORIES))
    subcategory = chance.choice(SUBCATEGORIES[category])
    hook = chance.choice(_HOOKS).format(topic=subcategory)
    tags = " ".join(f"#{tag}" for tag in chance.sample(_TAGS, chance.randrange(0, 9)))
    caption = f"{chance.choice(_CAPTIONS).format(number=chance.randrange(2, 90))} {tags}".strip()
    uploaded = _FIRST_UPLOAD + timedelta(minutes=chance.randrange(0, 300 * 24 * 60))
    return {
        "post_id": f"post-{number:06d}",
        "text_hook": hook if chance.random() > _MISSING_SHARE else None,
        "caption": caption if caption and chance.random() > _MISSING_SHARE else None,
        "category": category,
        "subcategory": subcategory,
        "length": round(chance.lognormvariate(3.2, 0.6), 1),
        "uploaded_at": uploaded.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "followers": int(chance.lognormvariate(8, 2)),
    }


def _virality(chance: random.Random, post: dict[str, object]) -> float:
    """The rule: a hook, few hashtags, about 20 seconds, the evening, and followers help."""
    hook, caption = str(post["text_hook"] or ""), str(post["caption"] or "")
    hour = int(str(post["uploaded_at"])[11:13])
    strength = _APPEAL[str(post["category"])] - 1.1
    strength += 0.9 * ("?" in hook) + 0.6 * (0 < len(hook) < _SHORT_HOOK) - 1.5 * (not hook)
    strength += 0.9 - 0.3 * abs(caption.count("#") - 4)
    strength += 0.8 if hour in _EVENING else -0.3
    strength -= 1.3 * abs(math.log(float(str(post["length"])) / 20))
    strength += 0.45 * (math.log1p(int(str(post["followers"]))) - 8)
    return 1 / (1 + math.exp(-1.4 * (strength + chance.gauss(0, 0.4))))
