// A worker thread that has nothing to do, and ends when it is told.
import { parentPort } from 'node:worker_threads';

parentPort.once('message', () => process.exit(0));
parentPort.postMessage('ready');
