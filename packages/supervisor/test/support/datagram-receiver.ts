import { startProcess, type TestProcess } from '../../../../e2e/support/process.js';

/** Prints every datagram as a line, with `|` for its line breaks. Node.js has no such sockets. */
const program = `
  $| = 1;
  my $path = shift;
  (my $name = $path) =~ s/^@/\\0/;
  socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!;
  bind(S, pack_sockaddr_un($name)) or die $!;
  print "listening\\n";
  while (defined recv(S, my $message, 4096, 0)) {
    $message =~ tr/\\n/|/;
    print "$message\\n";
  }
`;

/** Listens at a socket as a service manager does: a path, or the name of an abstract one after `@`. */
export async function startDatagramReceiver(
  perl: string,
  socket: string,
  onFinished: (end: () => Promise<void>) => void,
): Promise<TestProcess> {
  const receiver = startProcess(perl, ['-MSocket', '-e', program, socket], { onFinished });
  await receiver.waitForLine('listening');
  return receiver;
}
