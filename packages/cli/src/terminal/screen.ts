import type { CommandOutput } from '../command/command-context.js';

/** The screen of a terminal, taken for a while. */
export interface Screen {
  /** Shows these lines and nothing else. None may be wider than the terminal. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was, with the cursor, and leaves these lines there. */
  leave(lines: readonly string[]): void;
}

/** Source: xterm control sequences, "DEC Private Mode Set": 1049 the other screen, 25 the cursor, 7 wrapping. */
const enter = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const giveBack = '\u001B[?7h\u001B[?25h\u001B[?1049l';
const home = '\u001B[H';
const eraseLine = '\u001B[2K';
const eraseBelow = '\u001B[J';

/** Takes the screen; it is given back also when this process ends in between. */
export function takeScreen(output: CommandOutput): Screen {
  let isTaken = true;
  const release = (): void => {
    if (!isTaken) return;
    isTaken = false;
    process.off('exit', release);
    output.write(giveBack);
  };
  process.on('exit', release);
  output.write(enter);
  return {
    draw(lines) {
      if (!isTaken) return;
      const text = lines.map((line) => `${eraseLine}${line}`).join('\r\n');
      output.write(`${home}${text}${eraseBelow}`);
    },
    leave(lines) {
      release();
      if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
    },
  };
}
