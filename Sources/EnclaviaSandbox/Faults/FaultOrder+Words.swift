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
