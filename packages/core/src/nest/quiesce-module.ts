import type { Lifecycle } from '../contract/lifecycle.js';
import type { AppOptions } from '../fastify/options.js';
import { adoptApplication } from './adopt-application.js';
import { QuiesceHealth } from './health.js';
import type { AsyncOptions, NestApplicationLike, QuiesceDynamicModule } from './options.js';

/** The token of the lifecycle: `@Inject(LIFECYCLE) lifecycle: Lifecycle`. */
export const LIFECYCLE = 'QUIESCE_LIFECYCLE';
const optionsToken = 'QUIESCE_OPTIONS';

/**
 * Provides the lifecycle and `QuiesceHealth` everywhere, and stops the application that is handed to `setup`: its server
 * as `httpServer` does, then its hooks in `release`, in Nest's order, when no request runs any more.
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
export class QuiesceModule {
  /** A global module for a lifecycle that is there already. */
  static forRoot(options: AppOptions): QuiesceDynamicModule<never, never, []> {
    return QuiesceModule.forRootAsync({ useFactory: () => options });
  }

  /** The same with options that depend on other providers, such as a configuration. */
  static forRootAsync<Import = never, Token = never, Injected extends readonly unknown[] = []>(
    options: AsyncOptions<Import, Token, Injected>,
  ): QuiesceDynamicModule<Import, Token, Injected> {
    const { imports = [], inject = [], useFactory } = options;
    return {
      module: QuiesceModule,
      global: true,
      imports: [...imports],
      providers: [
        { provide: optionsToken, inject: [...inject], useFactory },
        {
          provide: LIFECYCLE,
          inject: [optionsToken],
          useFactory: (resolved: AppOptions) => resolved.lifecycle,
        },
        {
          provide: QuiesceHealth,
          inject: [LIFECYCLE],
          useFactory: (lifecycle: Lifecycle) => new QuiesceHealth(lifecycle),
        },
      ],
      exports: [LIFECYCLE, QuiesceHealth],
    };
  }

  /**
   * Adds an application that imports this module to its lifecycle, which is returned. From then on `app.close()` and the
   * lifecycle are one stop, and `app.enableShutdownHooks()` does nothing: the signals are the lifecycle's.
   *
   * @throws OptionsError
   */
  static setup(app: NestApplicationLike): Lifecycle {
    const options = app.get(optionsToken) as AppOptions;
    adoptApplication(app, options);
    return options.lifecycle;
  }
}
