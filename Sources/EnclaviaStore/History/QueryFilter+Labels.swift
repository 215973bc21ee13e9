import EnclaviaCore
import GRDB

extension QueryFilter {
    /// One filter a key: different keys must all match, values of one key are alternatives.
    static func labels(_ labels: [LabelFilter]) -> [QueryFilter] {
        let keys = Set(labels.map(\.key)).sorted()
        return keys.map { key in
            let wanted = labels.filter { $0.key == key }
            let values = Set(wanted.compactMap(\.value)).sorted()
            if wanted.contains(where: { $0.value == nil }) { return labelled(key) }
            return values.count == 1 ? labelled(key, values[0]) : labelled(key, values)
        }
    }

    /// A single value's pushes come in order out of the primary key of `push_label`.
    private static func labelled(_ key: String, _ value: String) -> QueryFilter {
        let source: SQL = "push_label CROSS JOIN push ON push.num = push_label.num"
        return QueryFilter(30, source: source, moment: "push_label.started_at") { mark in
            mark.isEmpty
                ? "push_label.key = \(key) AND push_label.value = \(value)" : hasLabel(key, [value])
        }
    }

    private static func labelled(_ key: String, _ values: [String]) -> QueryFilter {
        QueryFilter(33) { mark in
            mark.isEmpty
                ? "push.num IN (SELECT num FROM push_label WHERE key = \(key) AND value IN \(values))"
                : hasLabel(key, values)
        }
    }

    /// Any value of a key. Behind another filter the push's own labels are looked through, since
    /// `push_label` finds a push by key and value only.
    private static func labelled(_ key: String) -> QueryFilter {
        QueryFilter(35) { mark in
            mark.isEmpty
                ? "push.num IN (SELECT num FROM push_label WHERE key = \(key))"
                : "EXISTS (SELECT 1 FROM json_each(push.labels) AS own WHERE own.key = \(key))"
        }
    }

    private static func hasLabel(_ key: String, _ values: [String]) -> SQL {
        """
        EXISTS (SELECT 1 FROM push_label AS other WHERE other.key = \(key) \
        AND other.value IN \(values) AND other.started_at = push.started_at \
        AND other.num = push.num)
        """
    }
}
