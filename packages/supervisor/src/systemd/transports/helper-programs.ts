/**
 * Programs that send datagrams for us. Each reads a message a line, in which a tab stands for a line break, and answers
 * each with one line: empty, or what went wrong. They outlive the signal that stops the service, which the whole
 * control group gets, and end with their standard input.
 */
export const helperPrograms: readonly { readonly command: string; readonly args: readonly string[] }[] = [
  {
    command: 'perl',
    args: [
      '-MSocket',
      '-e',
      `$SIG{$_} = 'IGNORE' for qw(TERM INT HUP USR1 USR2);
      $| = 1;
      socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!;
      ($path = $ENV{NOTIFY_SOCKET}) =~ s/^@/\\0/;
      while (<STDIN>) {
        chomp;
        tr/\\t/\\n/;
        print send(S, $_, 0, pack_sockaddr_un($path)) ? "\\n" : "$!\\n";
      }`,
    ],
  },
  {
    command: 'python3',
    args: [
      '-ISc',
      `import os, signal, socket, sys
for name in ('TERM', 'INT', 'HUP', 'USR1', 'USR2'):
    signal.signal(getattr(signal, 'SIG' + name), signal.SIG_IGN)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
path = os.environ['NOTIFY_SOCKET']
path = '\\0' + path[1:] if path[0] == '@' else path
for line in sys.stdin.buffer:
    try:
        s.sendto(line.rstrip(b'\\n').replace(b'\\t', b'\\n'), path)
        print('', flush=True)
    except OSError as error:
        print(error.strerror, flush=True)
`,
    ],
  },
];
