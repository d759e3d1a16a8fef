import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How nginx is set up. */
export interface NginxOptions {
  /** An empty directory for all that it writes. */
  readonly directory: string;
  readonly port: number;
  readonly backendPort: number;
  /** How long an idle connection is kept, in milliseconds. @default nginx's own 75 s */
  readonly keepAliveMs?: number;
  /** Where it writes a line for each request that it has read, with its `X-Request-Id`. @default nowhere */
  readonly servedLog?: string;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as const;

/** One worker, for one server process on Node; all else as nginx has it, but for the paths. */
function configuration({ directory, port, backendPort, keepAliveMs, servedLog }: NginxOptions): string {
  const log =
    servedLog === undefined
      ? 'access_log off;'
      : `log_format served 'served $http_x_request_id'; access_log ${servedLog} served;`;
  const temporaryPaths = TEMPORARY.map((name) => `  ${name}_temp_path ${join(directory, name)};`);
  const userLine = process.getuid?.() === 0 ? ['user root;'] : [];
  return [
    ...userLine,
    'daemon off;',
    'worker_processes 1;',
    'worker_rlimit_nofile 20000;',
    `pid ${join(directory, 'nginx.pid')};`,
    `error_log ${join(directory, 'error.log')};`,
    'events { worker_connections 15000; }',
    'http {',
    `  ${log}`,
    ...temporaryPaths,
    ...(keepAliveMs === undefined ? [] : [`  keepalive_timeout ${Math.ceil(keepAliveMs / 1_000)}s;`]),
    `  upstream backend { server 127.0.0.1:${backendPort}; keepalive 64; }`,
    '  server {',
    `    listen 127.0.0.1:${port};`,
    '    location / {',
    '      proxy_pass http://backend;',
    '      proxy_http_version 1.1;',
    '      proxy_set_header Connection "";',
    '    }',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Writes the configuration, and answers the arguments that make nginx use it. */
export function configureNginx(options: NginxOptions): readonly string[] {
  mkdirSync(options.directory, { recursive: true });
  const file = join(options.directory, 'nginx.conf');
  writeFileSync(file, configuration(options));
  return ['-p', options.directory, '-c', file];
}
