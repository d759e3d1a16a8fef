// The same work behind Gin, stopped as Gin's example does it: http.Server.Shutdown with a timeout of 5 s.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

	"github.com/gin-gonic/gin"
	"golang.org/x/sys/unix"
)

func number(c *gin.Context, key string) int {
	value, _ := strconv.Atoi(c.Query(key))
	return value
}

// monotonicMs reads the clock that the harness reads, so that the times can be compared.
func monotonicMs() float64 {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
	return float64(now.Nano()) / 1e6
}

// logRuns writes down that the handler ran for this request: one write, in append mode.
func logRuns() gin.HandlerFunc {
	name := os.Getenv("HANDLER_LOG")
	if name == "" {
		return func(*gin.Context) {}
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	return func(c *gin.Context) {
		if id := c.Query("id"); id != "" {
			fmt.Fprintf(file, "%s %f\n", id, monotonicMs())
		}
	}
}

func pattern(bytes int) []byte {
	body := make([]byte, bytes)
	for index := range body {
		body[index] = byte(index % 251)
	}
	return body
}

func work(c *gin.Context) {
	time.Sleep(time.Duration(number(c, "ms")) * time.Millisecond)
	c.String(http.StatusOK, "%s done\n", c.Query("id"))
}

func stream(c *gin.Context) {
	for line := range number(c, "lines") {
		time.Sleep(time.Duration(number(c, "ms")) * time.Millisecond)
		fmt.Fprintf(c.Writer, "%s %d\n", c.Query("id"), line)
		c.Writer.Flush()
	}
}

func upload(c *gin.Context) {
	hash := sha256.New()
	bytes, err := io.Copy(hash, c.Request.Body)
	if err != nil {
		c.Abort()
		return
	}
	c.String(http.StatusOK, "%s %d %s\n", c.Query("id"), bytes, hex.EncodeToString(hash.Sum(nil)))
}

func download() gin.HandlerFunc {
	body := pattern(8 << 20)
	return func(c *gin.Context) {
		bytes := number(c, "bytes")
		if bytes > len(body) {
			c.Status(http.StatusRequestEntityTooLarge)
			return
		}
		c.Header("Content-Length", strconv.Itoa(bytes))
		c.Data(http.StatusOK, "application/octet-stream", body[:bytes])
	}
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(logRuns())
	if os.Getenv("JUDGED") == "1" {
		router.Use(func(c *gin.Context) { fmt.Printf("served %s\n", c.GetHeader("X-Request-Id")) })
	}
	router.GET("/work", work)
	router.GET("/stream", stream)
	router.GET("/download", download())
	router.POST("/upload", upload)

	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: router}
	go func() {
		if err := server.Serve(listener); err != nil && err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	fmt.Printf("listening %d\n", listener.Addr().(*net.TCPAddr).Port)

	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGINT, syscall.SIGTERM)
	<-quit
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Fatal("server forced to shut down: ", err)
	}
}
