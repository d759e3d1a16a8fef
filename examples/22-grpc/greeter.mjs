// What code generated from a .proto file holds, by hand: texts instead of messages of Protocol Buffers.

/** @param {string} text */
const toBytes = (text) => Buffer.from(text);
/** @param {Buffer} bytes */
const toText = (bytes) => bytes.toString();

/** @param {string} path @param {boolean} responseStream */
function defineMethod(path, responseStream) {
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: toBytes,
    requestDeserialize: toText,
    responseSerialize: toBytes,
    responseDeserialize: toText,
  };
}

export const greeter = {
  greet: defineMethod('/example.Greeter/Greet', false),
  count: defineMethod('/example.Greeter/Count', true),
};
