/// The value types of the lower target are used wherever those of Core are.
@_exported import EnclaviaBase
