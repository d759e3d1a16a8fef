import type { ControlEvent } from '@quiesce/control/client';
import type { Timer } from '@quiesce/core';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';
import { describeEvent } from './describe-event.js';
import type { StopPorts } from './stop-ports.js';

/** Tells whoever waits what happens; and when nothing does, for whom everybody waits. */
export interface Narrator {
  take(event: ControlEvent): void;
  end(): void;
}

/** A phase that takes longer than this gets a line of its own before its end, in milliseconds. */
const patienceMs = 1_000;

/** Creates a narrator of one stop. */
export function createNarrator({ clock, say }: Pick<StopPorts, 'clock' | 'say'>): Narrator {
  const busy = new Set<string>();
  let timer: Timer | undefined;

  const beginPhase = (phase: string, budgetMs: number): void => {
    timer?.cancel();
    busy.clear();
    timer = clock.setTimer(() => {
      const names = [...busy].map(printable).join(', ');
      const whom = names === '' ? '' : `waiting for ${names}, `;
      say(`  ${phase.padEnd(8)} … ${whom}up to ${formatDuration(Math.max(0, budgetMs - patienceMs))} more`);
    }, patienceMs);
  };
  return {
    take(event) {
      if (event.type === 'phase-start') beginPhase(event.phase, event.budgetMs);
      if (event.type === 'phase-end') timer?.cancel();
      if (event.type === 'hook-start') busy.add(event.component);
      if (event.type === 'hook-end') busy.delete(event.component);
      const line = describeEvent(event);
      if (line !== undefined) say(line);
    },
    end: () => timer?.cancel(),
  };
}
