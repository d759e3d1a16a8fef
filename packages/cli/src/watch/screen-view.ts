import type { Timer } from '@quiesce/core';
import type { CommandContext } from '../command/command-context.js';
import { paint } from '../terminal/paint.js';
import { takeScreen } from '../terminal/screen.js';
import { resolveTerminal } from '../terminal/terminal.js';
import { renderWatch } from './render-watch.js';
import { createWatchModel, updateWatchModel } from './watch-model.js';
import type { WatchView } from './watch-view.js';

/** How often the time that is left is shown anew, in milliseconds. */
const tickMs = 500;
/** Several events that come together are drawn once. In milliseconds. */
const soonMs = 20;

/** Shows a service on the whole screen of a terminal. */
export function createScreenView({ stdout, environment, clock }: CommandContext): WatchView {
  const screen = takeScreen(stdout);
  let model = createWatchModel(clock.now());
  let timer: Timer;

  const render = (): readonly string[] => {
    const { columns, rows, hasColor } = resolveTerminal(stdout, environment);
    return renderWatch(model, clock.now(), { columns, rows }).map((line) => paint(line, hasColor));
  };
  const draw = (): void => {
    screen.draw(render());
    drawAfter(tickMs);
  };
  const drawAfter = (ms: number): void => {
    timer?.cancel();
    timer = clock.setTimer(draw, ms);
  };

  stdout.on('resize', draw);
  drawAfter(0);
  return {
    wantsLooks: true,
    take(event) {
      model = updateWatchModel(model, event, clock.now());
      drawAfter(soonMs);
    },
    end() {
      timer.cancel();
      stdout.off('resize', draw);
      screen.leave(render());
    },
  };
}
