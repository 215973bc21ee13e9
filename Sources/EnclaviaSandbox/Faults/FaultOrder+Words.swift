extension FaultOrder.Malformed: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noEquals(let text):
            "\"\(text)\" is not a fault: write place=fault, such as notify=500"
        case .unknownPlace(let place):
            "\"\(place)\" is no place for a fault: places are "
                + FaultPlace.allCases.map(\.rawValue).joined(separator: ", ")
        case .unknownFault(let fault, let place):
            "\(place.rawValue) knows no fault \"\(fault)\": it knows "
                + (place.faults.map(\.word)
                + (place.takesStatus ? ["a status from 400 to 599"] : []))
                .joined(separator: ", ")
        case .badCount(let count):
            "\"\(count)\" is no count: write fault*2 for the next two times"
        }
    }
}

extension FaultPlace {
    /// The faults of every place, for a command's help.
    static var guide: String {
        let calls = allCases.filter { $0.faults.contains(.garbage) }
        let lines = allCases.compactMap { place -> String? in
            let own = place.faults.filter { fault in
                if case .reading = fault { return false }
                return !calls.contains(place) || !answers.contains(fault)
            }
            return own.isEmpty ? nil : "\(place.rawValue): " + words(own)
        }
        return """
            Faults are written place=fault,fault; fault*2 is the next two times.

            \(calls.map(\.rawValue).joined(separator: ", ")): \(words(answers)), or a status \
            such as 500

            \(lines.joined(separator: "\n\n"))

            A status of the registry is that of a push's last step, the PUT of its manifest. \
            registry=read-hang, read-500 and so on are about reading a manifest. POST $ENCLAVIA_SANDBOX_URL\
            /_sandbox/faults '{"notify": "500"}' replaces the faults of a sandbox that is \
            up, and hangs up on what hangs.
            """
    }

    private static func words(_ faults: [Fault]) -> String {
        faults.map(\.word).joined(separator: ", ")
    }
}
