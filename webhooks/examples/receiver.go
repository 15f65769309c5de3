// go run receiver.go (no packages)
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

var seen sync.Map // in production: a table with the id as its primary key

// Base64 with its padding or without.
func decode(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
}

func isGenuine(key []byte, header http.Header, body []byte, now time.Time) bool {
	id, stamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age.Abs() > 5*time.Minute {
		return false
	}
	code := hmac.New(sha256.New, key)
	code.Write([]byte(id + "." + stamp + "."))
	code.Write(body)
	for _, part := range strings.SplitN(header.Get("webhook-signature"), " ", 16) {
		version, text, _ := strings.Cut(part, ",")
		signature, err := decode(text)
		if err == nil && version == "v1" && hmac.Equal(signature, code.Sum(nil)) {
			return true
		}
	}
	return false
}

func main() {
	key, err := decode(strings.TrimPrefix(os.Getenv("REELGATE_WEBHOOK_SECRET"), "whsec_"))
	if err != nil {
		log.Fatal("REELGATE_WEBHOOK_SECRET is not whsec_ and base64")
	}
	http.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(answer, request.Body, 1<<20))
		var event struct{ ID, Type string }
		if err != nil || !isGenuine(key, request.Header, body, time.Now()) || json.Unmarshal(body, &event) != nil {
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		if _, isKnown := seen.LoadOrStore(event.ID, true); !isKnown {
			log.Println(event.Type, event.ID) // in production: put it on a queue, then answer
		}
		answer.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
