/** What a terminal would take as an order instead of showing it: control characters, and those that turn the direction of text. */
const orders = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]/gu;

/**
 * A text of somebody else in one line, with nothing in it that a terminal would act upon. Names and messages come from
 * a service, and what they hold from its clients.
 */
export function printable(text: string): string {
  return text.replaceAll(orders, (character) => {
    if (character === '\n' || character === '\t') return ' ';
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
