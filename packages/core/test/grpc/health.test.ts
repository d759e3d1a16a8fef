import { fileURLToPath } from 'node:url';
import { type Client, loadPackageDefinition, Server, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { createManualStop } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeHealthRequest } from '../../src/grpc/health-protocol.js';
import { createGreeter, type Greeter } from './support/greeter.js';

/** A client made from the protocol's own file, by the packages that services use. */
interface HealthClient extends Client {
  check(
    request: { service: string },
    callback: (error: { code: number } | null, response?: { status: string }) => void,
  ): void;
  watch(request: { service: string }): NodeJS.EventEmitter & { cancel(): void };
}

const definition = loadSync(fileURLToPath(new URL('../fixtures/health.proto', import.meta.url)), {
  enums: String,
});
const { grpc } = loadPackageDefinition(definition) as unknown as {
  grpc: { health: { v1: { Health: ServiceClientConstructor } } };
};

async function serve(
  ...options: Parameters<typeof createGreeter>
): Promise<Greeter & { readonly health: HealthClient }> {
  const greeter = createGreeter(...options);
  onTestFinished(() => greeter.dispose());
  await greeter.start();
  const channel = greeter.client().getChannel();
  const health = new grpc.health.v1.Health('', null as never, { channelOverride: channel });
  return { ...greeter, component: greeter.component, health: health as unknown as HealthClient };
}

function check(health: HealthClient, name: string): Promise<string> {
  return new Promise((resolve) => {
    health.check({ service: name }, (error, response) => {
      resolve(error === null ? String(response?.status) : `status ${error.code}`);
    });
  });
}

interface Watch {
  readonly seen: readonly string[];
  until(count: number): Promise<readonly string[]>;
  readonly ended: Promise<string>;
}

function watch(health: HealthClient, name: string): Watch {
  const seen: string[] = [];
  const call = health.watch({ service: name });
  call.on('data', ({ status }: { status: string }) => seen.push(status));
  const ended = new Promise<string>((resolve) => {
    call.on('error', ({ code }: { code: number }) => resolve(`status ${code}`));
    call.on('end', () => resolve('ended'));
  });
  return {
    seen,
    async until(count) {
      while (seen.length < count) {
        await new Promise((resolve) => {
          call.once('data', resolve);
        });
      }
      return seen;
    },
    ended,
  };
}

describe('the health service', () => {
  it('says SERVING of the whole server and of each service that was named, from the start on', async () => {
    const { health } = await serve({ services: ['test.Greeter'] });
    expect(await check(health, '')).toBe('SERVING');
    expect(await check(health, 'test.Greeter')).toBe('SERVING');
    expect(await check(health, 'test.Nobody')).toBe('status 5');
  });

  it('says NOT_SERVING from announce on, and ends its watches with the refusal', async () => {
    const { component, health } = await serve({ services: ['test.Greeter'] });
    const watches = [watch(health, ''), watch(health, 'test.Greeter'), watch(health, 'test.Nobody')] as const;
    await Promise.all(watches.map((each) => each.until(1)));
    expect(component.pending?.()).toBe(0);
    const stop = createManualStop();
    await stop.call(component, 'announce');
    expect(await check(health, '')).toBe('NOT_SERVING');
    expect(await watches[0].until(2)).toEqual(['SERVING', 'NOT_SERVING']);
    expect(await watches[1].until(2)).toEqual(['SERVING', 'NOT_SERVING']);
    expect(watches[2].seen).toEqual(['SERVICE_UNKNOWN']);
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    expect(await Promise.all(watches.map(({ ended }) => ended))).toEqual([
      'status 14',
      'status 14',
      'status 14',
    ]);
    expect(stop.completed).toBe(0);
  });

  it('forgets watches that their clients have ended', async () => {
    const { health } = await serve();
    const call = health.watch({ service: '' });
    call.on('error', () => {});
    await new Promise((resolve) => {
      call.once('data', resolve);
    });
    call.cancel();
    expect(await check(health, '')).toBe('SERVING');
  });

  it('may be one of the service itself', async () => {
    const told: string[] = [];
    const { component } = await serve({
      health: { setStatus: (name, status) => void told.push(`${name || 'all'} ${status}`) },
      services: ['test.Greeter'],
    });
    await createManualStop().call(component, 'announce');
    expect(told).toEqual([
      'all SERVING',
      'test.Greeter SERVING',
      'all NOT_SERVING',
      'test.Greeter NOT_SERVING',
    ]);
  });

  it('is not there with false, and cannot be added twice', async () => {
    const greeter = await serve({ health: false });
    expect(await check(greeter.health, '')).toBe('status 12');
    const { Health } = grpc.health.v1;
    const taken = new Server();
    onTestFinished(() => taken.forceShutdown());
    taken.addService(Health.service, { check: () => {}, watch: () => {} });
    expect(() => createGreeter({}, {}, taken)).toThrow(expect.objectContaining({ option: 'health' }));
  });
});

describe('a health request', () => {
  it.each([
    ['nothing', [], ''],
    ['a name', [0x0a, 3, 0x61, 0xc3, 0xbc], 'aü'],
    [
      'fields that nobody knows',
      [0x10, 0x96, 1, 0x0a, 1, 0x61, 0x19, 0, 0, 0, 0, 0, 0, 0, 0, 0x25, 0, 0, 0, 0],
      'a',
    ],
  ])('of %s is understood', (_what, bytes, name) => {
    expect(decodeHealthRequest(Buffer.from(bytes))).toBe(name);
  });

  it.each([
    ['ends within a field', [0x0a, 3, 0x61]],
    ['ends within a number', [0x10, 0x96]],
    ['has a group', [0x0b]],
  ])('that %s is refused', (_what, bytes) => {
    expect(() => decodeHealthRequest(Buffer.from(bytes))).toThrow(RangeError);
  });
});
