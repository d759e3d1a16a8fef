import { request } from 'node:http';

/** @typedef {import('./log-service.mjs').LogService} LogService */

/**
 * A way in which a service can come to its end.
 * @typedef {object} Way
 * @property {(service: LogService) => void} stop
 * @property {(end: import('./log-service.mjs').ServiceEnd) => boolean} isRight whether it ended as it must
 * @property {boolean} losesBuffered what was acknowledged from memory may be lost
 */

/** @type {(end: import('./log-service.mjs').ServiceEnd) => boolean} */
const clean = ({ code, report }) => code === 0 && report?.outcome === 'clean';
/** Work in flight is cut, and says so. @type {(end: import('./log-service.mjs').ServiceEnd) => boolean} */
const saved = ({ code, report }) =>
  (code === 0 && report?.outcome === 'clean') || (code === 3 && report?.outcome === 'incomplete');

/** @type {Readonly<Record<string, Way>>} */
export const ways = {
  sigterm: { stop: ({ child }) => child.kill('SIGTERM'), isRight: clean, losesBuffered: false },
  sigint: { stop: ({ child }) => child.kill('SIGINT'), isRight: clean, losesBuffered: false },
  control: { stop: (service) => askForStop(service, 'graceful'), isRight: clean, losesBuffered: false },
  'last-ditch': {
    stop: (service) => askForStop(service, 'last-ditch'),
    isRight: saved,
    losesBuffered: false,
  },
  kill: {
    stop: ({ child }) => child.kill('SIGKILL'),
    isRight: ({ signal }) => signal === 'SIGKILL',
    losesBuffered: true,
  },
};

/**
 * @param {LogService} service
 * @param {string} mode
 */
function askForStop({ socketPath }, mode) {
  const asked = request({
    socketPath,
    method: 'POST',
    path: '/control/shutdown',
    headers: { 'content-type': 'application/json' },
  });
  asked.on('response', (response) => response.resume());
  asked.on('error', () => {}); // whether the service has stopped is seen by its end
  asked.end(JSON.stringify({ mode }));
}
