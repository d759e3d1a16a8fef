/** What a health service says of a service. Source: grpc/health/v1/health.proto. */
export const servingStatus = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;
export type ServingStatus = (typeof servingStatus)[keyof typeof servingStatus];

export const healthPath = '/grpc.health.v1.Health/';

/** `HealthCheckResponse { ServingStatus status = 1; }` */
export function encodeHealthResponse(status: ServingStatus): Buffer {
  return Buffer.from([0x08, status]);
}

/**
 * `HealthCheckRequest { string service = 1; }`; fields that are not known are skipped.
 * @throws RangeError for what is no such message
 */
export function decodeHealthRequest(message: Buffer): string {
  let service = '';
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  const skip = (bytes: number): void => {
    at += bytes;
    if (at > message.length) throw new RangeError('the message ends within a field');
  };
  while (at < message.length) {
    const tag = readNumber();
    const wireType = tag % 8;
    if (wireType === 0) readNumber();
    else if (wireType === 1) skip(8);
    else if (wireType === 5) skip(4);
    else if (wireType === 2) {
      const length = readNumber();
      skip(length);
      if (tag === 10) service = message.toString('utf8', at - length, at);
    } else throw new RangeError(`wire type ${wireType} is not known`);
  }
  return service;
}
