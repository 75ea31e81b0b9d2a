/** What moves the cursor, changes the terminal, or turns the text around it: shown, never sent. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}]/gu;
const IN_A_CELL: Record<string, string> = { '\n': '\u23ce', '\r': '\u23ce', '\t': ' ' };

/** Text of files and tables, as one line of a table or a message. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => IN_A_CELL[character] ?? '\u{fffd}');

/** Whole lines, for a person's eyes: line ends and tabs stay, the rest is escaped as in JSON, which stays JSON. */
export const harmless = (text: string): string =>
  text.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
