import { z } from 'zod';

/** What of the past is scored again, whoever asks for it. */
const chosen = {
  scope: z
    .enum(['changed', 'all'])
    .default('changed')
    .describe('`changed` leaves out sources that have scores of the target version.'),
  sources: z
    .enum(['newest', 'all'])
    .default('newest')
    .describe('Of each key the `newest` version, or `all` that were scored.'),
  prefix: z.string().min(1).max(1024).optional().describe('Only sources whose key begins so.'),
  maxAgeDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('Only sources of so many days before the run begins.'),
};

/** What a function's environment holds, and an output of a stack, with room for the rest. */
const MOST_CHARACTERS = 3_000;
const isShort = (settings: object) => JSON.stringify(settings).length <= MOST_CHARACTERS;
const tooLong = `must be shorter: written as JSON, ${MOST_CHARACTERS} characters at most`;

const modelName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be the name of a model');
const onOverlap = (fallback: 'skip' | 'queue') =>
  z
    .enum(['skip', 'queue'])
    .default(fallback)
    .describe('What becomes of a run that begins while another of the same model is going.');

const schedule = z.strictObject({
  model: modelName.describe('The model whose past sources are scored again.'),
  when: z
    .string()
    .regex(/^(rate\(\d+ (minutes?|hours?|days?)\)|cron\([^()]{9,80}\))$/, 'must be cron(…) or rate(…)')
    .describe('`rate(1 day)`, or `cron(0 2 * * ? *)`, as EventBridge Scheduler has them.'),
  timeZone: z
    .string()
    .min(1)
    .max(50)
    .default('UTC')
    .describe('The time zone of `cron`, such as Europe/Berlin.'),
  version: z
    .int()
    .min(1)
    .max(99_999_999)
    .optional()
    .describe('The target version; the one that is current when the run begins, where absent.'),
  ...chosen,
  onOverlap: onOverlap('skip'),
  enabled: z.boolean().default(true).describe('`false` keeps the schedule, and fires it never.'),
});

const onPromotion = z.strictObject({ ...chosen, onOverlap: onOverlap('queue') });

export const schedules = z
  .record(
    z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,39}$/,
        'must be lower case: a letter, then letters, digits, hyphens; 40 at most',
      ),
    schedule,
  )
  .default({})
  .refine(isShort, tooLong)
  .describe('Re-scoring by the clock, by name; see docs/rescore.md.');

export const rescoreOnPromotion = z
  .record(modelName, onPromotion)
  .default({})
  .refine(isShort, tooLong)
  .describe(
    'Re-scoring when a model’s current version changes, by the model’s name; models that are not named are not scored again by themselves.',
  );

export type ScheduleSettings = z.output<typeof schedule>;
