// Gets the servers that do not come with npm: nginx (as the repository's own script does), and the programs in Go, built
// here when Go is there. What cannot be had is said and is no failure: the benchmarks go without it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const repositoryScript = fileURLToPath(new URL('../../scripts/install-servers.mjs', import.meta.url));
/** Where Go's own archive and Debian put it, when it is not in the PATH. */
const places = ['/usr/local/go/bin', '/usr/lib/go/bin'];

function run(command, args, cwd) {
  const env = { ...process.env, PATH: [process.env.PATH, ...places].join(':') };
  return spawnSync(command, args, { cwd, env, stdio: 'inherit' }).status === 0;
}

run(process.execPath, [repositoryScript, 'benchmarks']);
for (const name of ['gin', 'go-http', 'grpc-go']) {
  const folder = fileURLToPath(new URL(`../servers/${name}`, import.meta.url));
  const built = run('go', ['build', '-buildvcs=false', '-trimpath', '-o', `${name}-server`, '.'], folder);
  process.stdout.write(built ? `${name}: built\n` : `${name}: could not be built; go on without it\n`);
}
