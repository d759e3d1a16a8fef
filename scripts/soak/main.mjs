// `npm run soak`: stops the message log of examples/06-message-log under load, hundreds of times in each way, and
// looks for every message that was acknowledged.
import { parseArgs } from 'node:util';
import { runSoak } from './run-soak.mjs';
import { ways } from './ways.mjs';

const { values } = parseArgs({
  options: {
    stops: { type: 'string', default: '300' },
    ways: { type: 'string', default: Object.keys(ways).join(',') },
    seed: { type: 'string', default: '1' },
  },
});

console.log(
  'way         stops  acknowledged synced / buffered  lost synced / buffered  twice  torn  offsets  cut',
);
for (const way of values.ways.split(',')) {
  const result = await runSoak({ way, stops: Number(values.stops), seed: Number(values.seed) }, (done) => {
    if (process.stdout.isTTY) process.stdout.write(`${way} ${done}\r`);
  });
  console.log(formatResult(result));
  for (const end of result.wrongEnds.slice(0, 3)) console.error(`ended as it must not: ${end}`);
  if (!result.isRight) process.exitCode = 1;
}

/** @param {import('./run-soak.mjs').SoakResult} result */
function formatResult({ way, stops, acknowledged, lost, twice, torn, offsets, tornTails }) {
  const pair = (/** @type {{ synced: number, buffered: number }} */ { synced, buffered }) =>
    `${synced.toLocaleString('en')} / ${buffered.toLocaleString('en')}`;
  return [
    way.padEnd(10),
    String(stops).padStart(7),
    pair(acknowledged).padStart(31),
    pair(lost).padStart(24),
    ...[twice, torn, offsets].map((count, column) => String(count).padStart([7, 6, 9][column] ?? 0)),
    String(tornTails).padStart(5),
  ].join('');
}
