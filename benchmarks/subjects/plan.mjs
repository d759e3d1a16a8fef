// The lifecycle's own share: many components whose hooks do nothing, once, in a fresh process, as a service does it.
import { createLifecycle, silentLogger } from '@quiesce/core';

const [componentCount, dependencyCount, seed, hooks] = process.argv.slice(2);
const total = Number(componentCount);

let state = Number(seed) >>> 0;
/** A linear congruential generator (Numerical Recipes): enough to scatter dependencies. */
function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

/**
 * For each component the earlier ones it depends on, picked at random. The first ones cannot have their share; the
 * last ones take what they leave.
 */
function scatterDependencies() {
  const each = Array.from({ length: total }, () => new Set());
  const share = Math.floor(Number(dependencyCount) / total);
  const addTo = (index) => each[index].add(below(index));
  const count = () => each.reduce((sum, { size }) => sum + size, 0);
  for (let index = 1; index < total; index += 1) {
    while (each[index].size < Math.min(index, share)) {
      addTo(index);
    }
  }
  for (
    let missing = Number(dependencyCount) - count();
    missing > 0;
    missing = Number(dependencyCount) - count()
  ) {
    addTo(total - 1 - below(total / 2));
  }
  return each;
}

const nothing = () => {};
const stopHooks = { announce: nothing, refuse: nothing, drain: nothing, persist: nothing, release: nothing };
const component = hooks === 'all' ? { start: nothing, ...stopHooks } : {};
const dependencies = scatterDependencies();
const edges = dependencies.reduce((sum, set) => sum + set.size, 0);
if (edges !== Number(dependencyCount)) {
  throw new Error(`${edges} dependencies instead of ${dependencyCount}`);
}

function mark() {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1_000 };
}

const marks = [mark()];
const lifecycle = createLifecycle({ name: 'plan', signals: false, exit: false, logger: silentLogger });
const handles = [];
for (let index = 0; index < total; index += 1) {
  const dependsOn = Array.from(dependencies[index], (dependency) => handles[dependency]);
  handles.push(lifecycle.add({ name: `component-${index}`, ...component }, { dependsOn }));
}
marks.push(mark());
await lifecycle.start();
marks.push(mark());
const report = await lifecycle.shutdown();
marks.push(mark());

const [create, start, stop] = marks.slice(1).map(({ wallMs, cpuMs }, index) => ({
  wallMs: wallMs - marks[index].wallMs,
  cpuMs: cpuMs - marks[index].cpuMs,
}));
if (report.outcome !== 'clean' || report.components.length !== total) {
  throw new Error(`${report.outcome} with ${report.components.length} components`);
}
process.stdout.write(`${JSON.stringify({ create, start, stop })}\n`);
