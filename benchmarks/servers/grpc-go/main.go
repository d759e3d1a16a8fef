// A gRPC server that stops as the documentation of grpc-go says: GracefulStop, and Stop when that takes too long. It is
// what `npm run grpc` compares with: a unary method, one that streams, and health.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

// textCodec carries text as it is, and messages of Protocol Buffers as ever.
type textCodec struct{}

func (textCodec) Name() string { return "proto" }

func (textCodec) Marshal(value any) (mem.BufferSlice, error) {
	if text, ok := value.(*string); ok {
		return mem.BufferSlice{mem.SliceBuffer(*text)}, nil
	}
	bytes, err := proto.Marshal(value.(proto.Message))
	return mem.BufferSlice{mem.SliceBuffer(bytes)}, err
}

func (textCodec) Unmarshal(data mem.BufferSlice, value any) error {
	if text, ok := value.(*string); ok {
		*text = string(data.Materialize())
		return nil
	}
	return proto.Unmarshal(data.Materialize(), value.(proto.Message))
}

// wait answers after as many milliseconds as it is asked for. It minds its context: GracefulStop does not return before
// the last handler has, not even after Stop.
func wait(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var ms string
	if err := decode(&ms); err != nil {
		return nil, err
	}
	count, err := strconv.Atoi(ms)
	if err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Duration(count) * time.Millisecond):
		answer := "answered"
		return &answer, nil
	}
}

// tick sends a message every 50 ms, as many as it is asked for.
func tick(_ any, stream grpc.ServerStream) error {
	var asked string
	if err := stream.RecvMsg(&asked); err != nil && err != io.EOF {
		return err
	}
	count, err := strconv.Atoi(asked)
	if err != nil {
		return err
	}
	for index := range count {
		text := strconv.Itoa(index)
		if err := stream.SendMsg(&text); err != nil {
			return err
		}
		select {
		case <-stream.Context().Done():
			return stream.Context().Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func main() {
	deadline, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	encoding.RegisterCodecV2(textCodec{})
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "bench.Work",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Wait", Handler: wait}},
		Streams:     []grpc.StreamDesc{{StreamName: "Tick", Handler: tick, ServerStreams: true}},
	}, nil)
	status := health.NewServer()
	grpc_health_v1.RegisterHealthServer(server, status)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		<-signals
		status.Shutdown()
		timer := time.AfterFunc(time.Duration(deadline)*time.Millisecond, server.Stop)
		server.GracefulStop()
		timer.Stop()
		close(done)
	}()
	address := listener.Addr().String()
	fmt.Println("listening", address[strings.LastIndex(address, ":")+1:])
	if err := server.Serve(listener); err != nil {
		panic(err)
	}
	<-done
}
