/** What a terminal would show. */
export interface TerminalEmulator {
  /** The lines of the screen that is shown, without blanks at their ends. */
  readonly lines: readonly string[];
  /** Whether it is the other screen, the one of programs that take it whole. */
  readonly isOther: boolean;
  readonly isCursorShown: boolean;
}

const escape = '\u001B';
const sequence = new RegExp(
  `${escape}\\[(\\??)([\\d;]*)([A-Za-z])|\\r|\\n|[^${escape}\\r\\n]+|${escape}`,
  'gu',
);

/**
 * Plays what a program has written to a terminal. Knows only what it needs to: an order that is new to it throws.
 */
export function playTerminal(output: string, rows: number): TerminalEmulator {
  const screens = { main: [''], other: [''] };
  const cursor = { row: 0, column: 0 };
  let isOther = false;
  let isCursorShown = true;
  const screen = (): string[] => (isOther ? screens.other : screens.main);
  const put = (text: string): void => {
    const line = (screen()[cursor.row] ?? '').padEnd(cursor.column);
    screen()[cursor.row] = line.slice(0, cursor.column) + text + line.slice(cursor.column + text.length);
    cursor.column += text.length;
  };
  const setMode = (mode: string, isOn: boolean): void => {
    if (mode === '25') isCursorShown = isOn;
    else if (mode === '1049') {
      isOther = isOn;
      if (isOn) screens.other = [''];
      cursor.row = isOn ? 0 : screens.main.length - 1;
      cursor.column = 0;
    } else if (mode !== '7') throw new Error(`unknown mode ${mode}`);
  };
  const obey = (isPrivate: boolean, parameters: string, order: string): void => {
    if (isPrivate) setMode(parameters, order === 'h');
    else if (order === 'H') Object.assign(cursor, { row: 0, column: 0 });
    else if (order === 'K' && parameters === '2') screen()[cursor.row] = '';
    else if (order === 'J') screen().splice(cursor.row + 1);
    else if (order !== 'm') throw new Error(`unknown order ${parameters}${order}`);
  };
  for (const [token, question, parameters = '', order] of output.matchAll(sequence)) {
    if (order !== undefined) obey(question === '?', parameters, order);
    else if (token === '\r') cursor.column = 0;
    else if (token === '\n') cursor.row = isOther ? Math.min(cursor.row + 1, rows - 1) : cursor.row + 1;
    else if (token === escape) throw new Error('a sequence that is cut short, or unknown');
    else put(token);
  }
  return { lines: screen().map((line) => (line ?? '').trimEnd()), isOther, isCursorShown };
}
