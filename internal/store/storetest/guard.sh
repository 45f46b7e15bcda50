# Runs one PostgreSQL for the process that holds the other end of standard input, and ends it
# when that process is gone. A pipe is the one thing a SIGKILL cannot leave open.
# $1 folder of initdb and pg_ctl, $2 folder of the server, $3 fsync on or off.
log="$2/log"
cluster="$2/cluster"

"$1/initdb" -D "$cluster" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$log" 2>&1 &&
	cat >>"$cluster/postgresql.conf" <<CONF &&
listen_addresses = ''
unix_socket_directories = '$2'
max_connections = 300
fsync = $3
full_page_writes = $3
jit = off
CONF
	"$1/pg_ctl" -D "$cluster" -l "$log" -w -t 120 start >>"$log" 2>&1 &&
	echo ready

cat >/dev/null # until the other end closes

test -f "$cluster/postmaster.pid" && "$1/pg_ctl" -D "$cluster" -m immediate -w -t 120 stop >>"$log" 2>&1
cd / && rm -rf "$2"
