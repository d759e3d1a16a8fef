// npm run grpc: what becomes of calls and channels when gRPC servers are stopped, side by side.
import { ChildRegistry } from '../processes/child-registry.js';
import { withinLimit } from '../processes/within-limit.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { GRPC_SERVERS, type GrpcServerName, isThere, startGrpcServer } from './grpc-process.js';
import { SCENARIOS, type Scenario } from './scenarios.js';

const TITLES: Readonly<Record<GrpcServerName, string>> = {
  quiesce: '**quiesce**, `grpcServer`',
  'try-shutdown': '@grpc/grpc-js, `tryShutdown`, then `forceShutdown`',
  go: 'grpc-go, `GracefulStop`, then `Stop`',
};
const LIMIT_MS = 30_000;

const { record } = parseCommandOptions({});
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const names = (Object.keys(GRPC_SERVERS) as GrpcServerName[]).filter(isThere);

async function runScenario(name: GrpcServerName, { deadlineMs, run, title }: Scenario): Promise<string> {
  const server = await startGrpcServer(children, name, deadlineMs);
  try {
    return await withinLimit(LIMIT_MS, `${name}: ${title}`, run(server));
  } finally {
    await server.end();
  }
}

const rows: string[][] = [];
for (const scenario of SCENARIOS) {
  const cells = [];
  for (const name of names) cells.push(await runScenario(name, scenario));
  rows.push([scenario.title, ...cells]);
  process.stderr.write(`${scenario.title}: done\n`);
}
publish({
  name: 'grpc',
  machine,
  startedAt,
  markdown: markdownTable(['at the signal', ...names.map((name) => TITLES[name])], rows),
  data: rows,
  record,
});
