import EnclaviaCore

/// The marks of a time axis.
package struct ReportTicks {
    /// At most eight, inside of the range.
    package let ticks: [ReportTimeline.Tick]

    private static let limit = 8
    private static let minute: Int64 = 60_000
    /// In minutes.
    private static let steps: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720]

    package init(_ range: ClosedRange<Timestamp>, in zone: LocalZone) {
        let length = range.upperBound.milliseconds - range.lowerBound.milliseconds
        ticks =
            length < 2 * 24 * 60 * Self.minute
            ? Self.times(range, in: zone) : Self.dates(range, in: zone)
    }

    /// Round local times: of the steps, the smallest with few enough marks.
    private static func times(
        _ range: ClosedRange<Timestamp>, in zone: LocalZone
    ) -> [ReportTimeline.Tick] {
        let first = (range.lowerBound.milliseconds + minute - 1) / minute * minute
        let minutes = stride(from: first, through: range.upperBound.milliseconds, by: Int(minute))
            .map { moment in
                let moment = Timestamp(milliseconds: moment)
                return (moment, zone.civilTime(at: moment))
            }
        for step in steps {
            let round = minutes.filter { ($0.1.hour * 60 + $0.1.minute) % step == 0 }
            guard round.count <= limit else { continue }
            return round.map { moment, time in
                .init(moment: moment, label: String(time.minuteText.suffix(5)))
            }
        }
        return []
    }

    /// The beginnings of days, weeks, months or years; of many, every second, third and so on.
    private static func dates(
        _ range: ClosedRange<Timestamp>, in zone: LocalZone
    ) -> [ReportTimeline.Tick] {
        let periods = ReportPeriods(range, in: zone).periods.filter { range.contains($0.start) }
        let step = max(1, (periods.count + limit - 1) / limit)
        return stride(from: 0, to: periods.count, by: step).map {
            .init(moment: periods[$0].start, label: periods[$0].name)
        }
    }
}
