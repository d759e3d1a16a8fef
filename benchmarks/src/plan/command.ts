// npm run plan: what a lifecycle of many components costs by itself.
import { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median } from '../statistics/quantiles.js';

/** The elapsed time of a step, and the processor time in it: on a busy machine the one is far more than the other. */
interface Step {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Times {
  readonly create: Step;
  readonly start: Step;
  readonly stop: Step;
}

const { numbers, record } = parseCommandOptions({
  components: 1_000,
  dependencies: 5_000,
  processes: 21,
  seed: 1,
});
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();

async function measure(hooks: 'all' | 'none'): Promise<readonly Times[]> {
  const times: Times[] = [];
  for (let index = 0; index < numbers.processes; index += 1) {
    const { components, dependencies, seed } = numbers;
    times.push(
      (await runSubject(children, 'plan', [components, dependencies, seed + index, hooks])) as Times,
    );
  }
  return times;
}

function row(title: string, steps: readonly Step[]): readonly string[] {
  const times = steps.map(({ wallMs }) => wallMs);
  return [
    title,
    formatNumber(median(times), 1),
    `${formatNumber(Math.min(...times), 1)}–${formatNumber(Math.max(...times), 1)}`,
    formatNumber(median(steps.map(({ cpuMs }) => cpuMs)), 1),
  ];
}

const all = await measure('all');
const none = await measure('none');
const stepsOf = (times: readonly Times[], step: keyof Times): readonly Step[] =>
  times.map((each) => each[step]);
const rows = [
  row('planned: created, all components added, the graph checked', stepsOf(all, 'create')),
  row('started, each component with a hook that does nothing', stepsOf(all, 'start')),
  row('stopped, each component with five hooks that do nothing', stepsOf(all, 'stop')),
  row('stopped, no component with a hook', stepsOf(none, 'stop')),
];
const text = `${formatNumber(numbers.components)} components with ${formatNumber(numbers.dependencies)} dependencies, once in each of ${numbers.processes} fresh processes: nothing is compiled yet.`;
const table = markdownTable(
  ['the lifecycle’s own share', 'median ms', 'min–max ms', 'processor, median ms'],
  rows,
);
publish({
  name: 'plan',
  machine,
  startedAt,
  markdown: `${text}\n\n${table}`,
  data: { numbers, all, none },
  record,
});
