// The same work behind Go's net/http: without a word about stopping or, with SHUTDOWN=1, as the documentation of
// http.Server.Shutdown has it, with a timeout.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func number(r *http.Request, key string) int {
	value, _ := strconv.Atoi(r.URL.Query().Get(key))
	return value
}

func routes() http.Handler {
	body := make([]byte, 8<<20)
	for index := range body {
		body[index] = byte(index % 251)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/work", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Duration(number(r, "ms")) * time.Millisecond)
		fmt.Fprintf(w, "%s done\n", r.URL.Query().Get("id"))
	})
	mux.HandleFunc("/download", func(w http.ResponseWriter, r *http.Request) {
		bytes := min(number(r, "bytes"), len(body))
		w.Header().Set("Content-Length", strconv.Itoa(bytes))
		_, _ = w.Write(body[:bytes])
	})
	mux.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		hash := sha256.New()
		bytes, err := io.Copy(hash, r.Body)
		if err != nil {
			return
		}
		fmt.Fprintf(w, "%s %d %x\n", r.URL.Query().Get("id"), bytes, hash.Sum(nil))
	})
	if os.Getenv("JUDGED") != "1" {
		return mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("served %s\n", r.Header.Get("X-Request-Id"))
		mux.ServeHTTP(w, r)
	})
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: routes()}
	if os.Getenv("SHUTDOWN") != "1" {
		log.Fatal(server.Serve(listener))
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
		<-stop
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			log.Fatal("server forced to shut down: ", err)
		}
	}()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-closed
}
