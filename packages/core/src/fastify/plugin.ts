import { AppComponent } from './app-component.js';
import { type AppOptions, type FastifyLike, resolveAppOptions } from './options.js';

/**
 * The plugin: `await app.register(quiesce, { lifecycle })` on the root instance. The server is stopped as by
 * `httpServer` (or `http2Server`), `preClose` hooks run in `refuse` and `onClose` hooks in `release`. `app.close()` and
 * the lifecycle are one stop. Source of its marks: the fastify-plugin package.
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

Object.assign(quiesce, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'quiesce',
  [Symbol.for('plugin-meta')]: { name: 'quiesce', fastify: '^4.29.0 || ^5.0.0' },
});
