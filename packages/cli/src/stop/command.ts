import { writeFileSync } from 'node:fs';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import type { Invocation, OptionsCommand } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import { interruptible } from '../command/interruptible.js';
import { findProcess } from '../target/find-process.js';
import { findEndpointOf, openEndpoint } from '../target/open-endpoint.js';
import { requireTarget } from '../target/require-target.js';
import { type Target } from '../target/select-target.js';
import { targetOperand, targetOptions } from '../target/target-options.js';
import { renderResult } from './render-result.js';
import { stopByControl } from './stop-by-control.js';
import { stopBySignals } from './stop-by-signals.js';
import { resolveStopOptions, type StopOrder, type StopOutput, stopOptions } from './stop-options.js';
import type { StopPorts } from './stop-ports.js';
import type { StopResult } from './stop-result.js';

const details = `
It returns when the process is gone. A process without a control endpoint (--pid, --pid-file) is stopped by signals:
SIGTERM, and SIGKILL when its time is over. Ctrl-C ends the waiting, not the stop.

Exit codes: 0 clean, 1 failed, 2 forced or killed, 3 incomplete, 4 not found, 5 not allowed, 6 still running.

Examples:
  quiesce stop orders --timeout 30
  quiesce stop --pid-file /run/nginx.pid --expect-command nginx`;

/** `quiesce stop`. */
export const stopCommand: OptionsCommand = {
  kind: 'options',
  operands: [targetOperand],
  options: [...targetOptions, ...stopOptions],
  details,
  run: runStop,
};

async function runStop(invocation: Invocation, context: CommandContext): Promise<number> {
  const options = resolveStopOptions(invocation);
  const target = requireTarget(invocation, context);
  const result = await interruptible(context, (interrupt) => {
    const say = (line: string): void => void context.stderr.write(`${line}\n`);
    return stop(target, options, context, { clock: context.clock, interrupt, say });
  });
  print(result, options, context);
  return result.exitCode;
}

async function stop(
  target: Target,
  order: StopOrder,
  context: CommandContext,
  ports: StopPorts,
): Promise<StopResult> {
  if (target.kind !== 'pid' && target.kind !== 'pid-file') {
    return stopByControl(openEndpoint(target, context), order, ports);
  }
  const found = findProcess(target, context.clock.wallTime());
  const client = await findEndpointOf(found.identity, context);
  return client === undefined ? stopBySignals(found, order, ports) : stopByControl(client, order, ports);
}

function print(result: StopResult, { json, reportFile }: StopOutput, { stdout }: CommandContext): void {
  const data = `${JSON.stringify(result, undefined, 2)}\n`;
  stdout.write(json ? data : `${renderResult(result).join('\n')}\n`);
  if (reportFile === undefined) return;
  try {
    writeFileSync(reportFile, data);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const exitCode = result.exitCode === exitCodes.clean ? exitCodes.failed : result.exitCode;
    throw new CommandError(`--report: ${why}`, exitCode, { cause: error });
  }
}
