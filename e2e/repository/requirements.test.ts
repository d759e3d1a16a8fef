import { describe, expect, it } from 'vitest';
import { listFiles, readText } from './repository-files.js';

/** A test that proves a requirement, by its file and (the beginning of) its title. */
type Proof = readonly [file: string, title: string];

/** What proves one requirement. */
interface Requirement {
  readonly what: string;
  /** Each proves a part of it; all of them have to be there. */
  readonly proofs: readonly Proof[];
  /** What is not proved yet, in words; absent when everything is. */
  readonly open?: string;
}

const control = 'packages/control/test';
const core = 'packages/core/test';
const run = 'packages/cli/test/run';
const realSystemd = 'packages/supervisor/test/systemd/real-systemd.e2e.test.ts';

/** All requirements that the product has, by their ids. */
const requirements: Readonly<Record<string, Requirement>> = {
  A1: {
    what: 'a control endpoint over HTTP and a Unix socket that answers with the report when the stop is over',
    proofs: [
      [
        `${control}/control-endpoint.e2e.test.ts`,
        'is stopped with curl, which returns with the report when the stop is over',
      ],
      [`${control}/stop/shutdown.test.ts`, 'takes the timeout in seconds, and a reason'],
      [`${run}/nats-server.e2e.test.ts`, 'is a lame duck for POST /control/shutdown {"mode":"ldm"}'],
      [
        'packages/cli/test/stop/stop.e2e.test.ts',
        'stops a service by its name, returns when the process is gone',
      ],
    ],
  },
  A2: {
    what: 'local only, authentication, roles, rate limits, audit log',
    proofs: [
      [
        `${control}/socket/claim-socket.test.ts`,
        'is open to its owner alone, in a directory of its own, with nothing else left behind',
      ],
      [
        `${control}/server/requests.test.ts`,
        'needs a token for everything but probes, and a role that is enough',
      ],
      [
        `${control}/server/requests.test.ts`,
        'hold back one caller, and say for how long; others and the owner go on',
      ],
      [
        `${control}/audit/audited-calls.test.ts`,
        'has every call that was refused, and why, and no call that only looked',
      ],
      [
        `${control}/audit/audited-calls.test.ts`,
        'has who asked for what, before it is done, and how the stop ended',
      ],
    ],
  },
  A3: {
    what: 'the modes graceful, last-ditch and forced',
    proofs: [
      [
        `${core}/stop/ladder.test.ts`,
        'climbs to last-ditch when it is asked for: the drain is cut, the rest goes on',
      ],
      [
        `${core}/stop/ladder.test.ts`,
        'goes to force from anywhere: nothing is waited for, abort hooks run, dependents first',
      ],
      [`${run}/servers.e2e.test.ts`, 'is cut by last-ditch, and leaves no worker'],
    ],
  },
  A4: {
    what: 'the stages in order',
    proofs: [
      [`${core}/stop/phases.test.ts`, 'run over all components before the next one begins'],
      [`${run}/readiness.e2e.test.ts`, 'is red for the whole of --announce before the first stop signal'],
    ],
  },
  A5: {
    what: 'systemd: a synchronous ExecStop, notification, more time while work gets on',
    proofs: [
      [realSystemd, 'ExecStop waits for the end, and is given more time while the service gets on'],
      [realSystemd, 'a stop that gets on may take longer than TimeoutStopSec'],
      [realSystemd, 'a stop that stalls is cut, long before its own deadline'],
      [realSystemd, 'a stop in time ends with success, and leaves no process'],
    ],
  },
  A6: {
    what: 'one deadline with cancellation handed to all work; events',
    proofs: [
      [
        `${core}/stop/deadline.test.ts`,
        'is handed to every hook as an instant, with a signal that aborts when it has passed',
      ],
      [
        `${core}/properties.test.ts`,
        'there is one report, in time, and every started component is visited once a phase',
      ],
      [`${control}/events/events.test.ts`, 'sends the state first, then what happens, and the report last'],
    ],
  },
  A7: {
    what: 'durations as metrics, structured logs, a final report',
    proofs: [
      [
        `${control}/metrics/metrics.test.ts`,
        'tells the stop while it runs, by reason and mode, and how long everything took',
      ],
      [`${core}/report/report-schema.e2e.test.ts`, 'says the same as the type ShutdownReport'],
      [`${run}/stop.e2e.test.ts`, 'sends SIGTERM, ends after the command, and exits with 0'],
    ],
  },
  A8: {
    what: 'long timeouts, last-ditch near the deadline, the path exercised regularly',
    proofs: [
      [
        `${core}/stop/deadline.test.ts`,
        'keeps reserves for late phases: the drain ends where the reserves begin',
      ],
      [`${run}/servers.e2e.test.ts`, 'is cut by last-ditch, and leaves no worker'],
    ],
    open: 'rehearsals that drain and come back',
  },
  A9: {
    what: 'containers: SIGTERM as PID 1, readiness off before anything is refused',
    proofs: [
      [`${run}/pid-one.e2e.test.ts`, 'reaps what loses its parent: no zombie is left'],
      [`${run}/pid-one.e2e.test.ts`, 'passes on each signal as what it is'],
      [`${core}/process/pid-1.e2e.test.ts`, 'SIGTERM stops well, and exits with'],
      [`${run}/readiness.e2e.test.ts`, 'is red for the whole of --announce before the first stop signal'],
    ],
    open: 'a preStop hook in a real kubelet',
  },
  A10: {
    what: 'clusters: coordinated stops, leadership moves first, no split brain',
    proofs: [],
    open: 'all of it: the package @quiesce/cluster',
  },
  A11: {
    what: 'tiers',
    proofs: [
      [
        `${core}/stop/phases.test.ts`,
        'drain expendable work after all other work, and persist critical components first',
      ],
    ],
  },
  A12: { what: 'the deadline follows from the live load', proofs: [], open: 'all of it' },
  A13: {
    what: 'streams and consumers stop in order, without losing acknowledged data',
    proofs: [
      [
        `${core}/nats/jetstream.e2e.test.ts`,
        'loses nothing of what is on its way when it is stopped while messages stream in',
      ],
      [`${run}/nats-server.e2e.test.ts`, 'keeps every message that it acknowledged through a'],
    ],
    open: 'key-value stores, and several servers at once',
  },
  B1: {
    what: 'the exit-code policy as option (both spellings), environment variable and library option',
    proofs: [
      [`${run}/stop.e2e.test.ts`, 'with %j, %j after %s is %i'],
      [`${core}/lifecycle/shutdown.test.ts`, 'gives an exit code by policy for clean stops only'],
    ],
  },
  B2: {
    what: 'a stop that was not graceful is told apart',
    proofs: [
      [`${run}/stop.e2e.test.ts`, 'is incomplete (3) when the command ends with a code that its profile'],
      [`${run}/stop.e2e.test.ts`, 'is forced (2) when the command ignores every signal'],
      [`${run}/bad-input.e2e.test.ts`, 'does not pass on a 1 that the policy gives to clean stops'],
    ],
  },
  B3: {
    what: 'around an unmodified program; a guide',
    proofs: [
      [`${run}/nats-server.e2e.test.ts`, 'exits after SIGTERM with the code of its version: that is clean'],
      [`${core}/report/exit-codes.test.ts`, 'has a column for every policy, and every outcome'],
    ],
  },
  C1: {
    what: 'HTTP servers',
    proofs: [
      [
        `${core}/http/http-server.e2e.test.ts`,
        'answers every request whose handler ran, and resets no connection it had answered on',
      ],
      [`${core}/http2/sessions.test.ts`, 'sends GOAWAY while it still answers what it has taken up'],
      [
        `${core}/fastify/plugin.test.ts`,
        'has its hooks called in our phases, and its requests answered between them',
      ],
      [
        `${core}/nest/nest.test.ts`,
        'destroys nothing while a request runs, and then calls its hooks in their order',
      ],
    ],
  },
  C2: {
    what: 'consumers of messages',
    proofs: [
      [
        `${core}/nats/jetstream.e2e.test.ts`,
        'acknowledges what is in flight and gives back what was not started, at once',
      ],
      [
        `${core}/pulsar/pulsar.e2e.test.ts`,
        'acknowledges what is in flight, and leaves what it had fetched to another one at once',
      ],
      [
        `${core}/pulsar/pulsar.e2e.test.ts`,
        'acknowledges nothing that is cut, and leaves it to another one at once',
      ],
      [
        `${core}/kafka/kafka.e2e.test.ts`,
        'ends the message it has begun in each partition, commits it, and leaves the rest to the next one',
      ],
      [
        `${core}/bullmq/bullmq.e2e.test.ts`,
        'ends the jobs it has begun, takes no more, and leaves the others to whoever is next',
      ],
    ],
    open: 'pulsar-client itself, whose native part is not installed; the broker is reached through its WebSocket API',
  },
  C3: {
    what: 'RPC servers',
    proofs: [
      [
        `${core}/grpc/grpc-server.test.ts`,
        'completes unary and streaming calls, and refuses new connections meanwhile',
      ],
      [`${core}/grpc/grpc-server.test.ts`, 'sends GOAWAY without an error to an idle channel, and closes it'],
    ],
  },
  C4: {
    what: 'Kubernetes probes and manifests',
    proofs: [
      [`${control}/probes/probes.test.ts`, 'say what the service is doing, from its start to its end'],
      [`${control}/probes/probes.test.ts`, 'never say yes after a stop has begun'],
      [`${run}/readiness.e2e.test.ts`, 'follows what HTTP says, before and after it was ready'],
    ],
    open: 'manifests whose numbers are checked (quiesce lint, quiesce init)',
  },
  D1: {
    what: 'SIGTERM and SIGINT start one cooperative stop',
    proofs: [
      [
        `${core}/shards/shard-group.e2e.test.ts`,
        'is stopped once by Ctrl-C, which reaches every process at the same time',
      ],
    ],
  },
  D2: {
    what: 'every shard is told, persists, releases and acknowledges',
    proofs: [[`${core}/shards/shard-group.e2e.test.ts`, 'stops in step, once, and reports each shard']],
  },
  D3: {
    what: 'a shard that hangs or crashes is named, and does not stop the others from persisting',
    proofs: [[`${core}/shards/shard-group.e2e.test.ts`, 'names a shard that']],
  },
  D4: {
    what: 'every acknowledged message is on disk',
    proofs: [
      [
        `${core}/group-commit/group-commit.test.ts`,
        'has made durable what it acknowledged, once and in order, wherever it fails',
      ],
      [
        `${core}/http/http-server.e2e.test.ts`,
        'answers 503 until what was in flight has ended, when it is told to',
      ],
    ],
  },
  E1: {
    what: 'nothing is registered that was not asked for',
    proofs: [[`${core}/process/embedded.e2e.test.ts`, 'with signals: false registers nothing at all']],
  },
  E2: {
    what: 'shutdown may be called any number of times, from anywhere',
    proofs: [[`${core}/lifecycle/shutdown.test.ts`, 'is one stop for all who ask, whenever they ask']],
  },
  E3: {
    what: 'a run group; start, ready, shutdown and stopped as steps',
    proofs: [
      [`${core}/run-group.test.ts`, 'ends with the first actor that ends, which is named'],
      [`${core}/start/start.test.ts`, 'names whom it waited for when its time is over, and leaves no timer'],
    ],
  },
};

const groups: Readonly<Record<string, number>> = { A: 13, B: 3, C: 4, D: 4, E: 3 };
const files = new Set(listFiles());

describe('the requirements', () => {
  it('are all in the table', () => {
    const ids = Object.entries(groups).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_none, index) => `${letter}${index + 1}`),
    );
    expect(Object.keys(requirements)).toEqual(ids);
  });

  it('have a proof each, or say what is open', () => {
    const without = Object.entries(requirements).filter(
      ([, { proofs, open }]) => proofs.length === 0 && open === undefined,
    );
    expect(without.map(([id]) => id)).toEqual([]);
  });
});

describe.each(Object.entries(requirements))('%s', (_id, { what, proofs }) => {
  it(`(${what}) has the tests that are said to prove it`, () => {
    for (const [file, title] of proofs) {
      expect(files.has(file), file).toBe(true);
      expect(readText(file), file).toContain(title);
    }
  });
});
