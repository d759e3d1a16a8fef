// npm run stops: every server is stopped under load, again and again, and every request is accounted for.
import { ChildRegistry } from '../processes/child-registry.js';
import { describeMachine } from '../reporting/machine.js';
import { publish } from '../reporting/publish.js';
import { CATALOGUE, missingReason, QUIESCE, selectServers } from '../servers/catalogue.js';
import { scheduleStops } from './schedule.js';
import { checkSmoke } from './smoke.js';
import { parseStopsOptions } from './stop-options.js';
import { runStop, type StopRun } from './stop-run.js';
import { summarise } from './summary.js';
import { formatAllEvidence, formatStops } from './table.js';

const options = parseStopsOptions(process.argv.slice(2));
const machine = describeMachine();
const startedAt = new Date();
const servers = selectServers(options.only);
const children = new ChildRegistry();
const schedule = scheduleStops(servers, options);
const runs: StopRun[] = [];

for (const entry of options.only.length === 0 ? CATALOGUE : []) {
  const reason = missingReason(entry);
  if (reason !== undefined) {
    process.stderr.write(`without ${entry.name}: ${reason}\n`);
  }
}

for (const [index, { entry, plan }] of schedule.entries()) {
  const run = await runStop(children, entry, plan);
  runs.push(run);
  const { lost, 'reset-reused': reused, 'reset-new': fresh } = run.account.tally;
  const figures = `${run.account.requests} requests, lost ${lost}, reset ${reused} reused and ${fresh} new`;
  process.stderr.write(`${index + 1}/${schedule.length} ${entry.name}: ${figures}, exit ${run.exit}\n`);
}

const summaries = summarise(servers, runs);
publish({
  name: 'stops',
  machine,
  startedAt,
  markdown: formatStops(summaries, options),
  data: { options, runs },
  record: options.record,
});
const evidence = formatAllEvidence(runs.filter((run) => run.server === QUIESCE.name));
if (evidence !== '') {
  process.stdout.write(`\nWhat went wrong with ${QUIESCE.name}:\n${evidence}\n`);
}
if (options.smoke) {
  for (const defect of checkSmoke(summaries)) {
    process.stderr.write(`${defect}\n`);
    process.exitCode = 1;
  }
}
