/** Certificates that every Node.js reads when it starts, which takes longer than the start itself. */
const extraCertificates = 'NODE_EXTRA_CA_CERTS';
const keptCertificates = 'QUIESCE_TEST_EXTRA_CA_CERTS';

/** Keeps them from the processes of the run: hardly any speaks to another machine. */
export function keepExtraCertificates(): void {
  const file = process.env[extraCertificates];
  delete process.env[extraCertificates];
  if (file !== undefined) process.env[keptCertificates] = file;
}

/** They again, for the environment of a process that does. */
export function extraCertificatesOfRun(): Readonly<Record<string, string>> {
  const file = process.env[keptCertificates];
  return file === undefined ? {} : { [extraCertificates]: file };
}
