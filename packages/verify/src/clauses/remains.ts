import {
  type Clause,
  type Evidence,
  formatExit,
  formatMs,
  type Judgement,
  judgeRuns,
  neverEnds,
  notApplicable,
  plural,
  runsOf,
} from './clause.js';

/** What the successor is owed: nothing is left in its way, nothing acknowledged is gone, and every stop is like the last. */
export const remainsClauses: readonly Clause[] = [
  {
    id: 'Q18',
    title: 'child processes are gone',
    advice:
      'Stop and await your children before you exit; start the server by exec, not through a shell or npm.',
    page: 'q18-child-processes-are-gone.md',
    needsProcess: true,
    judge: judgeChildren,
  },
  {
    id: 'Q19',
    title: 'the port is free at once for a successor',
    advice: 'Close the listening socket before you exit, and do not let children inherit it.',
    page: 'q19-the-port-is-free.md',
    needsProcess: true,
    judge: judgePort,
  },
  {
    id: 'Q20',
    title: 'works as PID 1',
    advice:
      'Exit by yourself: for PID 1 a signal without a handler is ignored, also one that it sends to itself.',
    page: 'q20-works-as-pid-1.md',
    needsProcess: true,
    judge: judgePid1,
  },
  {
    id: 'Q21',
    title: 'a restart finds what was acknowledged',
    advice: 'Acknowledge only what is on disk, or write everything out before you exit.',
    page: 'q21-a-restart-finds-what-was-acknowledged.md',
    judge: judgeDurable,
  },
  {
    id: 'Q22',
    title: 'ten stops, the same result',
    advice: 'Look at the runs that differ: a stop that ends in different ways has a race in it.',
    page: 'q22-ten-stops-the-same-result.md',
    needsProcess: true,
    judge: judgeSameResult,
  },
];

function judgeChildren(evidence: Evidence): Judgement {
  const runs = evidence.runs.filter(({ exit }) => !exit.killed);
  if (runs.length === 0) return notApplicable('no run ended by itself (Q10)');
  return judgeRuns(
    runs,
    ({ leftovers }) => {
      const [first] = leftovers;
      return first === undefined
        ? undefined
        : `${plural(leftovers.length, 'process').replace('processs', 'processes')} outlived it: ${first.command || first.pid}`;
    },
    (all) => `nobody outlived it, in ${plural(all.length, 'run')}`,
  );
}

function judgePort(evidence: Evidence): Judgement {
  const runs = evidence.runs.filter(({ exit, scenario }) => !exit.killed && scenario !== 'early');
  if (runs.length === 0) return notApplicable('no run ended by itself (Q10)');
  return judgeRuns(
    runs,
    ({ busyPorts }) => (busyPorts.length === 0 ? undefined : `port ${busyPorts.join(', ')} was still taken`),
    (all) => `a successor could have it at once, in ${plural(all.length, 'run')}`,
  );
}

function judgePid1(evidence: Evidence): Judgement {
  if (neverEnds(evidence)) return notApplicable('it never ends, whatever is connected (Q10)');
  const runs = runsOf(evidence, 'pid1');
  if (runs.length === 0)
    return notApplicable('PID namespaces are not allowed here, or there were too few runs');
  return judgeRuns(
    runs,
    (run) =>
      run.exit.killed
        ? `as PID 1 it had not ended ${formatMs(run.exit.afterMs)} after the signal`
        : undefined,
    (all) => all.map((run) => `${formatExit(run)} after ${formatMs(run.exit.afterMs)}`).join('; '),
  );
}

function judgeDurable(evidence: Evidence): Judgement {
  const runs = runsOf(evidence, 'durable').filter(({ durable }) => durable !== undefined);
  if (runs.length === 0) return notApplicable('no durable requests were given (--durable)');
  return judgeRuns(
    runs,
    ({ durable }) => {
      if (durable === undefined) return undefined;
      if (!durable.restarted) return 'the successor did not start';
      if (durable.acknowledged === 0) return 'it acknowledged nothing';
      const [first] = durable.missing;
      return first === undefined
        ? undefined
        : `of ${durable.asked} acknowledged writes, some are gone, ${first} first`;
    },
    (all) =>
      `${all.reduce((sum, { durable }) => sum + (durable?.asked ?? 0), 0)} acknowledged writes read back`,
  );
}

const sameResultRuns = 10;

function judgeSameResult(evidence: Evidence): Judgement {
  const runs = runsOf(evidence, 'stop');
  if (runs.length < sameResultRuns) {
    return notApplicable(`${plural(runs.length, 'stop')} under load; it takes ${sameResultRuns}`);
  }
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(formatExit(run), (counts.get(formatExit(run)) ?? 0) + 1);
  const [usual] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [''];
  return judgeRuns(
    runs,
    (run) => (formatExit(run) === usual ? undefined : `${formatExit(run)}, where others gave ${usual}`),
    (all) => `${usual}, ${all.length} times`,
  );
}
