import { type Consumer as Consumer3, type JsMsg as JsMsg3, jetstream } from '@nats-io/jetstream';
import type { Service as Service3 } from '@nats-io/services';
import type { NatsConnection as Connection3, Subscription as Subscription3 } from '@nats-io/transport-node';
import type { JetStreamConsumer, JetStreamMessage, NatsClient, NatsSubscription } from '@quiesce/core/nats';
import type {
  NatsConnection as Connection2,
  Consumer as Consumer2,
  JsMsg as JsMsg2,
  Service as Service2,
  Subscription as Subscription2,
} from 'nats';
import { describe, expectTypeOf, it } from 'vitest';

// Compiled by `tsc -b`: what is assigned here are the declarations of the lowest and the highest supported major.
describe('the clients of NATS', () => {
  it('of major 2 are what the adapters take', () => {
    expectTypeOf<Connection2>().toExtend<NatsClient>();
    expectTypeOf<JsMsg2>().toExtend<JetStreamMessage>();
    expectTypeOf<Consumer2>().toExtend<JetStreamConsumer<JsMsg2>>();
    expectTypeOf<Subscription2 | Service2>().toExtend<NatsSubscription>();
  });

  it('of major 3 are what the adapters take', () => {
    expectTypeOf<Connection3>().toExtend<NatsClient>();
    expectTypeOf<JsMsg3>().toExtend<JetStreamMessage>();
    expectTypeOf<Consumer3>().toExtend<JetStreamConsumer<JsMsg3>>();
    expectTypeOf<ReturnType<ReturnType<typeof jetstream>['consumers']['getConsumerFromInfo']>>().toExtend<
      JetStreamConsumer<JsMsg3>
    >();
    expectTypeOf<Subscription3 | Service3>().toExtend<NatsSubscription>();
  });
});
