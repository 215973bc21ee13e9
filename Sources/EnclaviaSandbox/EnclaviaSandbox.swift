// EnclaviaSandbox: see the package's README for what belongs here.
