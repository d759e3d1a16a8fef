import { basename } from 'node:path';
import { Command, CommanderError } from 'commander';
import { version } from '../own-package.js';
import { scenarioIds } from '../plan/scenario-ids.js';
import { findRegressions, renderComparison } from '../report/compare.js';
import { readReport } from '../report/read-report.js';
import { verify } from '../verify.js';
import { readEnvironment } from './environment.js';
import { createProgressLine } from './progress-line.js';
import { type VerifyFlags, verifyOptionsOf } from './verify-flags.js';
import { writeReports } from './write-reports.js';

const afterHelp = (name: string): string => `
Exit codes: 0 every applicable clause passes, 1 one fails, 2 the server could not be judged,
3 the judge itself failed, 130 interrupted. The clauses are explained in docs/verify/.
Every option can stand in the environment too: --start-timeout is QUIESCE_VERIFY_START_TIMEOUT.

Example:
  ${name} --ready /readyz --html report.html -- node server.js`;

/** The command `quiesce-verify`, and `quiesce-verify compare`. A server of that name is judged after `--`. */
export function createProgram(
  interrupt: AbortSignal,
  name: string,
): { run(args: readonly string[]): Promise<number> } {
  return {
    async run(args) {
      const [first, ...rest] = args;
      let exitCode = 0;
      const judge = async (command: string[], flags: VerifyFlags): Promise<void> => {
        exitCode = await judgeServer(command, flags, interrupt);
      };
      const compare = (files: string[]): void => {
        exitCode = compareReports(files);
      };
      try {
        if (first === 'compare')
          await createCompareCommand(name).action(compare).parseAsync(rest, { from: 'user' });
        else {
          const command = createCommand(name).action(judge);
          const given = readEnvironment(command.options, process.env);
          await command.parseAsync([...given, ...args], { from: 'user' });
        }
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? 0 : 2;
      }
      return exitCode;
    },
  };
}

async function judgeServer(command: string[], flags: VerifyFlags, interrupt: AbortSignal): Promise<number> {
  const progress = createProgressLine(process.stderr);
  const options = verifyOptionsOf(command, flags);
  const report = await verify({ ...options, interrupt, onProgress: progress.show }).finally(progress.clear);
  writeReports(report, flags);
  return report.passed ? 0 : 1;
}

/** Prints the table; 1 when a clause that the first report passes fails in the last. */
function compareReports(files: readonly string[]): number {
  const reports = files.map((file) => ({ name: basename(file, '.json'), report: readReport(file) }));
  process.stdout.write(renderComparison(reports));
  const worse = findRegressions(reports);
  if (worse.length === 0) return 0;
  process.stdout.write(`\nWorse than in ${reports[0]?.name}: ${worse.join(', ')}\n`);
  return 1;
}

function createCompareCommand(name: string): Command {
  return new Command(`${name} compare`)
    .description(
      'Puts reports side by side. Exits with 1 when the last fails a clause that the first passes.',
    )
    .argument('<reports...>', 'files that --json wrote')
    .exitOverride();
}

function createCommand(name: string): Command {
  return new Command(name)
    .description('Starts a server, loads it, stops it, and accounts for every request.')
    .argument('[command...]', 'the server to judge, after "--"; it gets a free port in PORT')
    .option('--url <url>', 'judges a server that runs already; nothing is started, nothing is stopped')
    .option('--stop-command <command>', 'with --url: the shell command that stops it (else: by hand)')
    .option('--watch <seconds>', 'with --url: how long the load lasts from there (60)')
    .option('--runs <n>', 'how often it is started and stopped (20)')
    .option('--seed <text>', 'repeats the plan of an earlier judging')
    .option('--signal <name>', 'the stop signal (SIGTERM)')
    .option('--path <path>', 'the path of the default request (/)')
    .option('--requests <file>', 'requests of your own: JSON, or a HAR file')
    .option('--ready <path>', 'the readiness path')
    .option('--live <path>', 'the liveness path')
    .option('--websocket <path>', 'the path of a WebSocket')
    .option('--sse <path>', 'the path of an event stream')
    .option('--port <n>', 'its port, when it does not follow PORT')
    .option('--tls', 'it speaks TLS')
    .option('--expect-exit <code>', 'the exit code of a graceful stop, a signal name, or "any" (0)')
    .option('--deadline <seconds>', 'from the signal to SIGKILL (30)')
    .option('--start-timeout <seconds>', 'from its start to ready (30)')
    .option('--end-within <seconds>', 'from the last answer to the exit (2)')
    .option('--announce <seconds>', 'how long it promises to serve everything after the signal')
    .option('--connections <n>', 'keep-alive connections (32)')
    .option('--think <ms>', 'mean pause of a keep-alive client (10)')
    .option('--rate <n>', 'new connections a second (100)')
    .option('--processes <n>', 'processes that send the load (1)')
    .option('--served-log <regex>', 'lines of its output that name a served request by its X-Request-Id')
    .option('--served-header <name>', 'a header of its answers that only the handler sets')
    .option('--served-body <regex>', 'what only the handler writes into a body')
    .option('--durable <requests>', 'written ids are read back: "PUT /items/{id} => GET /items/{id}"')
    .option('--platform <name>', 'plays the stop of kubernetes, ecs, systemd or docker, in its real timing')
    .option(
      '--grace <seconds>',
      "from the begin of the platform's stop to SIGKILL (30, systemd 90, docker 10)",
    )
    .option('--pre-stop <seconds>', 'how long the preStop hook sleeps (0)')
    .option('--propagation <seconds>', 'median time until a client learns of the stop (2)')
    .option('--only <scenarios>', `plays only these, of ${scenarioIds.join(', ')}`)
    .option('--keep-going', 'plays every run, also where two of the kind had to be killed')
    .option('--json <file>', 'writes the report as JSON')
    .option('--html <file>', 'writes the report as one HTML page')
    .option('--junit <file>', 'writes the verdicts as JUnit XML')
    .option('--quiet', 'prints nothing but failures of the judge')
    .version(version)
    .addHelpText('after', afterHelp(name))
    .showHelpAfterError('(--help shows all options)')
    .passThroughOptions()
    .exitOverride();
}
