// The demo's service as services often are: its handler for SIGTERM ends the process. All the rest is the same.
process.on('SIGTERM', () => process.exit(0));
await import('../../examples/06-message-log/server.mjs');
