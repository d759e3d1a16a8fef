module quiesce.example/go-http

go 1.22
