#!/bin/sh
# The first process of a machine of its own (namespaces of mounts, processes, network, names and cgroups) becomes systemd:
#
#   boot.sh SYSTEMD FOLDER REPOSITORY NODE
#
# Its root is an overlay of this machine's, whose upper part is in memory: what is installed here is there as well, and
# what is written there is gone with it. FOLDER is an empty folder to mount it at. The repository is at /opt/quiesce and
# Node.js at /usr/bin/node, where every user can get at them. On the standard output: "entered", then a line is awaited;
# "booted".
set -eu
systemd=$1 base=$2 root=$2/root repository=$3 node=$4
echo entered
read -r _

mount -t tmpfs tmpfs "$base"
mkdir "$base/upper" "$base/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$root"
mkdir -p "$root/opt/quiesce"
mount --bind "$repository" "$root/opt/quiesce"
mount -o remount,bind,ro "$root/opt/quiesce"
[ -e "$root/usr/bin/node" ] || : >"$root/usr/bin/node"
mount --bind "$node" "$root/usr/bin/node"

mount -t proc proc "$root/proc"
# Most of it belongs to the whole kernel.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"

# Nothing of what this machine would start, or mount, is started there.
rm -rf "$root"/etc/systemd/system/* "$root"/usr/lib/systemd/system/*.wants "$root"/lib/systemd/system/*.wants
: >"$root/etc/fstab"
mkdir -p "$root/run/systemd/system"
cat >"$root/run/systemd/system/test.target" <<'UNIT'
[Unit]
DefaultDependencies=no
Wants=systemd-journald.service booted.service
UNIT
cat >"$root/run/systemd/system/booted.service" <<'UNIT'
[Unit]
DefaultDependencies=no
After=systemd-journald.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo booted >/run/booted'
UNIT
cat >"$root/run/systemd/system/ended@.service" <<'UNIT'
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo ended >/run/ended-%i'
UNIT
mkfifo "$root/run/booted"
# Opened for reading and writing, it does not wait for a writer; opened later, it would not be found any more.
exec 4<>"$root/run/booted"
(read -r line <&4 && echo "$line") &

cd "$root"
mkdir -p mnt/before
pivot_root . mnt/before
umount -l mnt/before
exec env -i container=test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  "$systemd" --system --unit=test.target 4>&-
