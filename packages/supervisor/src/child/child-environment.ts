import { markRun, runMarker } from '../processes/run-marker.js';

/**
 * What is meant for this process alone: a service with Quiesce as the child would take the policy for its own and exit
 * with a code that its supervisor does not expect.
 */
const notPassedOn = ['QUIESCE_SHUTDOWN_EXIT_CODE', 'QUIESCE_INIT'];

/** The environment of the child: this process's and what was added, with the mark of the run. */
export function createChildEnvironment(
  runId: string,
  added: Readonly<Record<string, string | undefined>>,
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !notPassedOn.includes(name)));
  return { ...own, ...added, [runMarker]: markRun(runId, environment) };
}
