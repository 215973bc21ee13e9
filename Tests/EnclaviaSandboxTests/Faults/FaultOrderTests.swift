import EnclaviaSandbox
import Testing

/// The syntax of `--fault` and of the control interface.
struct FaultOrderTests {
    @Test(arguments: [
        ("notify=500", FaultPlace.notify, Fault.status(500), nil as Int?),
        ("notify=500*2", .notify, .status(500), 2),
        ("registry=401-once", .registry, .status(401), 1),
        ("registry=lying-digest", .registry, .lyingDigest, nil),
        ("token=expires-during-push", .token, .expiresDuringPush, nil),
        ("refresh=slow", .refresh, .slow, nil),
        ("me=no-token*3", .me, .noToken, 3),
        ("enclave=error", .enclave, .error, nil),
        ("registry=read-garbage", .registry, .reading(.garbage), nil),
        ("registry=read-503*2", .registry, .reading(.status(503)), 2),
    ])
    func `an order names place, fault and count`(
        text: String, place: FaultPlace, fault: Fault, count: Int?
    ) throws {
        let order = try #require(try FaultOrder.list(text).first)
        #expect(order.place == place)
        #expect(order.fault == fault)
        #expect(order.count == count)
    }

    @Test(arguments: [
        ("notify", FaultOrder.Malformed.noEquals("notify")),
        ("nothing=500", .unknownPlace("nothing")),
        ("notify=sulk", .unknownFault("sulk", place: .notify)),
        ("notify=200", .unknownFault("200", place: .notify)),
        ("enclave=500", .unknownFault("500", place: .enclave)),
        ("notify=500*0", .badCount("0")),
        ("notify=500*x", .badCount("x")),
        ("notify=read-500", .unknownFault("read-500", place: .notify)),
        ("registry=read-down", .unknownFault("read-down", place: .registry)),
        ("notify=500,", .unknownFault("", place: .notify)),
    ])
    func `the error for an invalid order names the part`(
        text: String, error: FaultOrder.Malformed
    ) throws {
        #expect(throws: error) { try FaultOrder.list(text) }
    }

    @Test func `every fault is parsed from its own name`() {
        for (word, fault) in Fault.words {
            #expect(Fault(word: word) == fault)
            #expect(fault.word == word)
        }
    }

    @Test func `a counted fault ends after its last use`() throws {
        let board = FaultBoard(try FaultOrder.list("notify=500*2"))
        #expect(board.take(.me) == nil)
        #expect(board.take(.notify) == .status(500))
        #expect(board.current == ["notify": "500*1"])
        #expect(board.take(.notify) == .status(500))
        #expect(board.take(.notify) == nil)
        #expect(board.current.isEmpty)
    }

    @Test func `a place can have several faults`() throws {
        let board = FaultBoard(try FaultOrder.list("registry=no-head*1,lying-digest"))
        #expect(board.current == ["registry": "no-head*1,lying-digest"])
        #expect(board.take(.registry) { $0 == .lyingDigest } == .lyingDigest)
        #expect(board.take(.registry) == .noHead)
        #expect(board.current == ["registry": "lying-digest"])
    }
}
