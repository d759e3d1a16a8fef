// Gets the servers that do not come with npm: nginx (as the repository's own script does), and Gin's program, built
// here when Go is there. What cannot be had is said and is no failure: `npm run stops` goes without it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const repositoryScript = fileURLToPath(new URL('../../scripts/install-servers.mjs', import.meta.url));
const gin = fileURLToPath(new URL('../servers/gin', import.meta.url));
/** Where Go's own archive and Debian put it, when it is not in the PATH. */
const places = ['/usr/local/go/bin', '/usr/lib/go/bin'];

function run(command, args, cwd) {
  const env = { ...process.env, PATH: [process.env.PATH, ...places].join(':') };
  return spawnSync(command, args, { cwd, env, stdio: 'inherit' }).status === 0;
}

run(process.execPath, [repositoryScript, 'benchmarks']);
const built = run('go', ['build', '-buildvcs=false', '-trimpath', '-o', 'gin-server', '.'], gin);
process.stdout.write(built ? 'gin: built\n' : 'gin: could not be built; go on without it\n');
