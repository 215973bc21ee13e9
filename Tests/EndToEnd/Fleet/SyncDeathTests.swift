import Foundation
import TestSupport
import Testing

/// Killed syncs, cut connections and crashed servers: afterwards, the server has each event and record once.
struct SyncDeathTests {
    @Test func `syncs that are killed at any point lose and double nothing`() async throws {
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine()
        let run = try await Run.shell(
            """
            for round in $(seq \(Soak.rounds > 0 ? 40 : 10)); do
                python3 '\(Build.root)/Tests/Benchmarks/make-history.py' 400 $round |
                    '\(Build.product("enclavia"))' history import - >/dev/null || exit 3
                signal=KILL; [ $((round % 3)) = 0 ] && signal=TERM
                timeout -s $signal 0.$((RANDOM % 4))$((RANDOM % 10))1 \
                    '\(Build.product("enclavia"))' history sync '\(database.socketURL())' >/dev/null 2>&1
                case $? in 0 | 124 | 137 | 143) ;; *) exit 4 ;; esac
            done
            """, environment: machine.environment)
        #expect(run.status == 0, "\(run)")
        _ = try await machine.sync(database.socketURL())
        try await FleetRows.expectEqual(database, [machine])
    }

    /// A relay ends each connection after some bytes, of the program's or of the server's.
    @Test func `connections that are cut at any byte lose and double nothing`() async throws {
        let count = Soak.rounds > 0 ? 60 : 15
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine()
        let script = try machine.folder.write(Self.relay, to: "relay.py")
        let host = machine.folder.path.replacing("/", with: "%2F")
        let url = "postgresql://member@/\(database.name)?host=\(host)"
        let socket = "\(database.cluster.directory)/.s.PGSQL.\(database.cluster.port)"
        let run = try await Run.shell(
            """
            python3 '\(script)' '\(machine.folder.path)/.s.PGSQL.5432' '\(socket)' & relay=$!
            trap 'kill $relay' EXIT
            until [ -e ready ]; do sleep 0.05; done
            for round in $(seq \(count)); do
                python3 '\(Build.root)/Tests/Benchmarks/make-history.py' 150 $round |
                    '\(Build.product("enclavia"))' history import - >/dev/null || exit 3
                '\(Build.product("enclavia"))' history sync '\(url)' --timeout 300ms >>out 2>>err
                case $? in 0 | 69) ;; *) exit 4 ;; esac
            done
            cat cuts
            """, environment: machine.environment, directory: machine.folder.path)
        let errors =
            (try? String(contentsOfFile: "\(machine.folder.path)/err", encoding: .utf8)) ?? ""
        #expect(run.status == 0, "\(run) \(errors)")
        #expect(try #require(Int(run.out.trimmingCharacters(in: .newlines))) >= count)
        _ = try await machine.sync(database.socketURL())
        try await FleetRows.expectEqual(database, [machine])
    }

    @Test func `a server that crashes and starts again lacks and doubles nothing`() async throws {
        let cluster = try await Cluster()
        let database = try await cluster.database()
        let machine = try await Machine()
        let run = try await Run.shell(
            """
            for round in $(seq \(Soak.rounds > 0 ? 10 : 2)); do
                python3 '\(Build.root)/Tests/Benchmarks/make-history.py' 2000 $round |
                    '\(Build.product("enclavia"))' history import - >/dev/null || exit 3
                (sleep 0.$((RANDOM % 9)); kill -QUIT $(cat '\(cluster.directory)/postmaster')) &
                '\(Build.product("enclavia"))' history sync '\(database.socketURL())' --timeout 20s || exit 4
                wait
            done
            """, environment: machine.environment)
        #expect(run.status == 0, "\(run)")
        try await FleetRows.expectEqual(database, [machine])
    }

    /// Each runner has a disk of its own, and pushes three times; some are killed, and the server crashes meanwhile.
    @Test func `many runners at once are all there afterwards`() async throws {
        let count = Soak.rounds > 0 ? 1_000 : 12
        let cluster = try await Cluster()
        let database = try await cluster.database()
        let folder = try Folder()
        let script = try folder.write(
            """
            export HOME=$1 ENCLAVIA_STATE_DIR=$1/state ENCLAVIA_EVENT_LOG=off
            mkdir -p "$1"
            sync() { "$ENCLAVIA" history sync "$REMOTE" --timeout 60s >>"$1/log" 2>&1; }
            for push in 1 2 3; do
                "$ENCLAVIA" push missing:v1 "app:v$push" >/dev/null 2>&1
                [ $? = 77 ] || exit 1
                [ $((RANDOM % 3)) = 0 ] && timeout -s KILL "0.$((RANDOM % 9))" \
                    "$ENCLAVIA" history sync "$REMOTE" >/dev/null 2>&1
            done
            sync "$1" || { cat "$1/log" >&2; exit 1; }
            """, to: "runner.sh")
        let run = try await Run.shell(
            """
            (for crash in 1 2 3; do
                sleep 2; kill -QUIT $(cat '\(cluster.directory)/postmaster')
            done) & crashes=$!
            seq \(count) | sed 's/^/runner/' | xargs -P 8 -I '{}' bash '\(script)' \(folder.path)/{}
            status=$?
            wait $crashes; exit $status
            """,
            environment: [
                "ENCLAVIA": Build.product("enclavia"), "REMOTE": database.socketURL(),
            ])
        #expect(run.status == 0, "\(run.err.suffix(2000))")
        let machines = (1...count).map { Machine(at: "\(folder.path)/runner\($0)", in: folder) }
        try await FleetRows.expectEqual(database, machines)
        #expect(try await database.sql("SELECT count(*) FROM enclavia.push") == "\(count * 3)")
        #expect(try await database.sql("SELECT count(*) FROM enclavia.chain") == "\(count)")
    }

    private static let relay = #"""
        import os, random, selectors, socket, sys, threading
        rng = random.Random(26)
        listen, server = sys.argv[1:3]
        cuts = 0
        def connection(client, limit):
            try:
                upstream = socket.socket(socket.AF_UNIX)
                upstream.connect(server)
                select = selectors.DefaultSelector()
                select.register(client, selectors.EVENT_READ, upstream)
                select.register(upstream, selectors.EVENT_READ, client)
                left = limit
                while left > 0:
                    for key, _ in select.select():
                        data = key.fileobj.recv(min(left, 65536))
                        if not data: return
                        key.data.sendall(data)
                        left -= len(data)
                        if left <= 0: break
            except OSError:
                pass
            finally:
                for end in (client, upstream): end.close()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(listen)
        listener.listen(50)
        open(os.path.join(os.path.dirname(listen), 'ready'), 'w').close()
        while True:
            client, _ = listener.accept()
            cuts += 1
            with open(os.path.join(os.path.dirname(listen), 'cuts.new'), 'w') as file: file.write(str(cuts))
            os.replace(os.path.join(os.path.dirname(listen), 'cuts.new'), os.path.join(os.path.dirname(listen), 'cuts'))
            # A batch has some 300 kB; the first bytes are the login.
            limit = int(10 ** rng.uniform(0.5, 6))
            threading.Thread(target=connection, args=(client, limit), daemon=True).start()
        """#
}
