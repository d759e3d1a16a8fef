import { AppComponent } from './app-component.js';
import type { AppOptions, FastifyLike } from './options.js';
import { resolveAppOptions } from './resolve-app-options.js';

/**
 * The plugin, for the root instance: `preClose` hooks run in `refuse`, `onClose` hooks in `release`; `app.close()` and
 * the lifecycle are one stop. See `docs/adapters/fastify.md`.
 *
 * @throws OptionsError
 */
export async function quiesce(instance: FastifyLike, options: AppOptions): Promise<void> {
  const { lifecycle, add, http } = resolveAppOptions(options, 'fastify');
  const component = new AppComponent(instance, http, () => instance.close());
  lifecycle.add(component, add);

  const stop = (): void => {
    if (!lifecycle.signal.aborted) void lifecycle.shutdown({ reason: 'fastify.close' });
  };
  instance.addHook('onClose', async () => stop()); // for an app that is closed before it was ready
  instance.addHook('onReady', async () => {
    // The last hook is called first, and Fastify has put in by now the one that closes its server.
    const stopFirst = async (): Promise<void> => {
      stop();
      await Promise.race([component.mayClose, lifecycle.stopped]);
    };
    Reflect.apply(Reflect.get(instance, 'onClose'), instance, [stopFirst]);
  });
  instance.addHook('onListen', async () => component.adoptServers());
}

// As the package fastify-plugin marks a plugin.
Object.assign(quiesce, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'quiesce',
  [Symbol.for('plugin-meta')]: { name: 'quiesce', fastify: '^4.29.0 || ^5.0.0' },
});
