/** A hook that Fastify calls with its instance as `this`, and with a callback if it takes one. */
type PreCloseHook = (this: unknown, done?: (error?: Error | null) => void) => unknown;

/**
 * Takes the `preClose` hooks of an instance and its children away from Fastify, which would call them in one go with
 * `onClose`: they tell clients (of WebSockets, say) to go, so `refuse` is their time. Only a look at the fields of
 * Fastify 4 and 5 finds them; what is not found is called by Fastify, in `release`.
 */
export function takePreCloseHooks(instance: object): readonly (() => Promise<void>)[] {
  const hooks: unknown = readField(instance, 'fastify.hooks');
  const preClose: unknown = typeof hooks === 'object' && hooks !== null ? Reflect.get(hooks, 'preClose') : [];
  const own = Array.isArray(preClose) ? (preClose.splice(0) as PreCloseHook[]) : [];
  const children = readField(instance, 'fastify.children');
  return [
    ...own.map((hook) => () => callHook(hook, instance)),
    ...(Array.isArray(children) ? children.flatMap((child: object) => takePreCloseHooks(child)) : []),
  ];
}

/** What Fastify keeps under a symbol of its own. */
export function readField(instance: object, description: string): unknown {
  const key = Object.getOwnPropertySymbols(instance).find((symbol) => symbol.description === description);
  return key === undefined ? undefined : Reflect.get(instance, key);
}

async function callHook(hook: PreCloseHook, instance: object): Promise<void> {
  if (hook.length === 0) {
    await hook.call(instance);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    hook.call(instance, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}
