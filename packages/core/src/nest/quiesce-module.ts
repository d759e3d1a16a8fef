import type { Lifecycle } from '../contract/lifecycle.js';
import type { AppOptions } from '../fastify/options.js';
import { adoptApplication } from './adopt-application.js';
import { QuiesceHealth } from './health.js';
import type { AsyncOptions, NestApplicationLike, QuiesceDynamicModule } from './options.js';

/** The token of the lifecycle: `@Inject(LIFECYCLE) lifecycle: Lifecycle`. */
export const LIFECYCLE = 'QUIESCE_LIFECYCLE';
const optionsToken = 'QUIESCE_OPTIONS';

/** Provides the lifecycle and `QuiesceHealth` everywhere, and stops an application. See `docs/adapters/nest.md`. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
export class QuiesceModule {
  /** For a lifecycle that is there already. */
  static forRoot(options: AppOptions): QuiesceDynamicModule<never, never, []> {
    return QuiesceModule.forRootAsync({ useFactory: () => options });
  }

  /** With options that depend on other providers. */
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
   * Adds an application to the lifecycle. Its `close()` and the lifecycle are one stop from then on, and its
   * `enableShutdownHooks()` does nothing.
   *
   * @throws OptionsError
   */
  static setup(app: NestApplicationLike): Lifecycle {
    const options = app.get(optionsToken) as AppOptions;
    adoptApplication(app, options);
    return options.lifecycle;
  }
}
