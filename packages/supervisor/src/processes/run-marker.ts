/**
 * The variable by which what a supervised command has started is found again. It holds the ids of all supervisors
 * above, the innermost last, with colons between them.
 */
export const runMarker = 'QUIESCE_RUN_ID';

/** The value for a child of a supervisor with this id. */
export function markRun(id: string, environment: NodeJS.ProcessEnv): string {
  const outer = environment[runMarker];
  return outer === undefined || outer === '' ? id : `${outer}:${id}`;
}

/** Whether an environment carries the mark of this run. */
export function isOfRun(environment: readonly string[], id: string): boolean {
  const mark = environment.find((each) => each.startsWith(`${runMarker}=`));
  return (
    mark
      ?.slice(runMarker.length + 1)
      .split(':')
      .includes(id) === true
  );
}
