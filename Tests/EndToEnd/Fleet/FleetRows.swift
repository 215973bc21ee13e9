import Foundation
import TestSupport
import Testing

/// Compares what a server has with what the machines have, in Python, which shares no code with the program.
enum FleetRows {
    /// Checks that the server has exactly the events of each machine's chain, and the finished records of all.
    ///
    /// - Parameter ignored: columns that may differ.
    static func expectEqual(
        _ database: FleetDatabase, _ machines: [Machine], ignored: [String] = []
    ) async throws {
        let folder = try Folder()
        let script = try folder.write(program, to: "compare.py")
        let rows = try await database.sql("SELECT row_to_json(p) FROM enclavia.push AS p")
        let segments = try await database.sql(
            """
            SELECT json_build_object('chain', s.chain, 'first', first_seq, 'last', s.last_seq,
                'prev', encode(prev, 'hex'), 'head', encode(s.head, 'hex'),
                'hashes', encode(hashes, 'hex'), 'lines', lines,
                'genesis', encode(c.genesis, 'hex'), 'parent', c.parent, 'fork', c.fork_seq,
                'chain_last', c.last_seq, 'chain_head', encode(c.head, 'hex'))
            FROM enclavia.segment AS s JOIN enclavia.chain AS c ON c.num = s.chain
            ORDER BY s.chain, first_seq
            """)
        let stores = machines.map { "\($0.path)/state/history.db" }
        let run = try await Run.program(
            "python3",
            [
                script, try folder.write(rows, to: "rows"),
                try folder.write(segments, to: "segments"),
                ignored.joined(separator: ","),
            ] + stores)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        #expect(run.out.hasSuffix("equal\n"), "\(run.out)")
    }

    private static let program = #"""
        import datetime, hashlib, json, sqlite3, sys

        rows_file, segments_file, ignored = sys.argv[1:4]
        ignored = set(filter(None, ignored.split(',')))
        problems = []

        def lines(path):
            return [json.loads(line) for line in open(path, encoding='utf-8').read().split('\n') if line]

        # The chains of the server, checked from their first event.
        chains = {}
        for s in lines(segments_file):
            chain = chains.setdefault(s['chain'], {'events': {}, **{k: s[k] for k in
                ('genesis', 'parent', 'fork', 'chain_last', 'chain_head')}, 'next': s['fork'] + 1, 'head': None})
            texts, hashes = s['lines'].split('\n'), bytes.fromhex(s['hashes'])
            if s['first'] != chain['next']: problems.append(f"gap or overlap before {s['first']}")
            if chain['head'] not in (None, s['prev']): problems.append(f"not linked at {s['first']}")
            if len(texts) * 32 != len(hashes) or s['last'] - s['first'] + 1 != len(texts):
                problems.append(f"not as many events at {s['first']}")
            link = bytes.fromhex(s['prev'])
            for number, text in enumerate(texts):
                own = hashes[number * 32:number * 32 + 32]
                if text and hashlib.sha256(text.encode()).digest() != own:
                    problems.append(f"another text at {s['first'] + number}")
                link = hashlib.sha256(link + own).digest()
                chain['events'][s['first'] + number] = (text, own)
            if link.hex() != s['head']: problems.append(f"another hash at {s['last']}")
            chain['next'], chain['head'] = s['last'] + 1, s['head']
        for number, chain in chains.items():
            if chain['next'] - 1 != chain['chain_last'] or chain['head'] != chain['chain_head']:
                problems.append(f"chain {number} stands elsewhere")

        def events(number):
            chain = chains[number]
            below = {k: v for k, v in events(chain['parent']).items() if k <= chain['fork']} if chain['parent'] else {}
            return {**below, **chain['events']}

        wanted, doubled = {}, set()
        for path in sys.argv[4:]:
            db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
            own = {seq: (data or '', bytes(h)) for seq, data, h in
                db.execute('SELECT seq, data, data_hash FROM event')}
            if not any(events(number) == own for number in chains):
                problems.append(f'no chain has exactly the {len(own)} events of {path}')
            for id, text in db.execute('SELECT push.id, json FROM push_json JOIN push USING (num)'):
                record = json.loads(text)
                if record['finished_at'] is None and record['origin'] is None: continue
                before = wanted.get(id)
                if before is None or record['origin'] is None and before['origin'] is not None \
                        or record['revision'] > before['revision']:
                    wanted[id] = record

        def moment(text):
            return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')) if text else None

        rows = {}
        for row in lines(rows_file):
            if row['id'] in rows: problems.append(f"{row['id']} twice")
            rows[row['id']] = row
        for id in sorted(set(wanted) ^ set(rows)):
            problems.append(f"{id} only {'there' if id in rows else 'here'}")
        def value(record, column):
            found = {column: record}
            def walk(object, prefix):
                if prefix == column: return (object,)
                if not isinstance(object, dict): return None
                for key, inner in object.items():
                    name = f'{prefix}_{key}' if prefix else key
                    if column == name or column.startswith(name + '_'):
                        result = walk(inner, name)
                        if result: return result
                return None
            result = walk(record, '')
            return result[0] if result else None
        compared = 0
        for id in set(wanted) & set(rows):
            for column, there in rows[id].items():
                if column in ignored or column in ('chain', 'seq', 'ended_seq', 'relayed', 'writer'): continue
                here = value(wanted[id], column)
                if column.endswith('_at') and (here or there):
                    here, there = moment(here), moment(there)
                if isinstance(here, str): here = here.replace('\0', '\ufffd')
                compared += 1
                if here != there: problems.append(f'{id} {column}: {here!r} here, {there!r} there')
        print('\n'.join(problems[:40]) if problems else f'{len(wanted)} records, {compared} values')
        print('different' if problems else 'equal')
        """#
}
