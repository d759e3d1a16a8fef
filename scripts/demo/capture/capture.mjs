// Runs the demo in a terminal and makes docs/images/stop.svg of what is on its screen at the end. Needs tmux.
//
//   npm run capture
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../workspace.mjs';
import { parseAnsi } from './parse-ansi.mjs';
import { renderSvg } from './render-svg.mjs';

const picture = join(root, 'docs/images/stop.svg');
const columns = 100;
const rows = 45;
/** A server of tmux of our own: nobody else's sessions are touched. */
const server = `quiesce-capture-${process.pid}`;
const title = 'A stop under load: six phases, the report, and the account of every request and message';

const shown = trim(captureDemo());
mkdirSync(dirname(picture), { recursive: true });
writeFileSync(picture, renderSvg(parseAnsi(shown), { columns, title }));
console.log(`${picture} shows:\n${shown}`);

/** The screen after the demo has ended, with its colours. */
function captureDemo() {
  const demo = `node scripts/demo/main.mjs; tmux -L ${server} wait-for -S done; sleep 60`;
  const size = ['-x', String(columns), '-y', String(rows)];
  try {
    tmux('-u', '-f', '/dev/null', 'new-session', '-d', '-s', 'demo', ...size, demo);
    tmux('wait-for', 'done');
    return tmux('capture-pane', '-p', '-e', '-t', 'demo');
  } finally {
    tmux('kill-server');
  }
}

/** @param {readonly string[]} args */
function tmux(...args) {
  return execFileSync('tmux', ['-L', server, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: undefined, TERM: 'xterm-256color' },
  });
}

/**
 * Up to the verdict: what to look at next is for whoever sits at the terminal.
 * @param {string} screen
 */
function trim(screen) {
  const lines = screen.split('\n');
  const next = lines.findIndex((line) => line.includes('Next '));
  return lines
    .slice(0, next < 0 ? undefined : next)
    .join('\n')
    .trim();
}
