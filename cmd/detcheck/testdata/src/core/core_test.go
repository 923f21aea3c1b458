package core

import "time"

var started = time.Now()
