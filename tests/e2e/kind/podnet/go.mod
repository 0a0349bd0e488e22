module kavka.dev/e2e/podnet

go 1.24
